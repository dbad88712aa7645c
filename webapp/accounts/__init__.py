"""People who sign in: their accounts, devices and sessions, and the pages of their invitations.

May import: core, ledger, orgs, attempts. Must not import: access, records, doors.
"""
