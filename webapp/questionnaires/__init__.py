"""Forms that ask people something: read from XLSForm tables, worked through question by question.

Job: refuse what is not a form with the sheet and the row, say which question comes next, and check answers.
May import: core. Must not import: any other package of webapp.
"""
