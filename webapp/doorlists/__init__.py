"""Lists of doors that an office has in a spreadsheet: judged row by row, then taken in piece by piece.

May import: core, ground rooms, intake, consents, households.
Must not import: cards, visits, other records, derived, doors.
"""
