"""The sheets of an XLSForm (survey, choices, settings) as lines, whatever they ask.

Job: know the columns and the languages, and collect all that is wrong by sheet, row and column.
May import: core. Must not import: any other package of webapp.
"""
