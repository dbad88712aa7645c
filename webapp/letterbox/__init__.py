"""The slit through which cases come, for everybody and without an account.

Job: know one's own form again, and say when too much is sent or too many numbers are tried.
May import: core, keys, attempts. Must not import: cases, records, doors.
"""
