"""People who sign in: accounts, invitations, devices.

May import: core, ledger, orgs, attempts. Must not import: access, records, doors.
"""
