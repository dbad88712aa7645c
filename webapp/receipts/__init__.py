"""Receipts: signed proof that a record arrived, and when it was declared.

May import: core, orgs. Must not import: records, doors.
"""
