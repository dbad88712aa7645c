"""Who may do what, where: one table of actions, one of routes, and the scope of a person.

May import: core, ledger, orgs, accounts. Must not import: records, doors.
"""
