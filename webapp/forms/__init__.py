"""The registry of statistical forms: what may be asked, by whose authority, until when, and what each number means.

Job: form versions with their measures (口径) as data, the calendar of due days, extensions, kinds of service.
May import: core, orgs, ledger. Must not import: records (events, reports) or anything above them.
"""
