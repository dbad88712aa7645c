"""The one road that every record takes, from a phone or from a form: shape, access, rules, write, receipt.

May import: core, orgs, accounts, access, ledger, changes, receipts. Must not import: records, doors. What is
particular to a kind of record is handed in as a `RecordType`.
"""
