"""Keys: one for each household (and anything else that is about somebody), wrapped by a master key kept elsewhere.

Job: seal and open what is personal, forget a key for good, and open what phones sealed for the server.
May import: core, ledger. Must not import: any other package of webapp.
"""
