"""Lists of units: what an office hands over to set up the tree or to bring it up to date.

Job: check the shape of each row, give a verdict on each, and apply the list when no row is wrong.
May import: core, orgs, ledger. Must not import: any other package of webapp.
"""
