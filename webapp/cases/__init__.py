"""Cases that residents bring: complaints, requests about their data, help with a service, suggestions.

Job: take them without an account, keep them sealed, know who has to answer by when, let the resident follow and take
them one level up, and never show them to whom they complain about.
May import: core, ground rooms. Must not import: intake, other records, derived, doors.
"""
