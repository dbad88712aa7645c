"""People who sign in: accounts, invitations, devices.

May import: core, ledger, orgs. Must not import: access, records, doors.
"""
