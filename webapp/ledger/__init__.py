"""Who did what to which record, in lines that nobody can change unseen.

May import: core. Must not import: any other package of webapp.
"""
