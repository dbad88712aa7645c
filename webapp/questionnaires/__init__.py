"""Forms that ask people something: read from the sheets of an XLSForm, worked through question by question.

Job: refuse what is not a form with the sheet and the row, say which question comes next, and check answers.
May import: core, xlsform. Must not import: any other package of webapp.
"""
