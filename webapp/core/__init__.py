"""Tools without domain words.

Job: database, ids, time, errors, forms of input, pages and static files.
May import: the standard library and third-party packages. Must not import: any other package of webapp.
"""
