"""QR cards: an opaque token at the door, a number under it, and nothing else.

Job: issue, print, find, revoke and re-issue cards.
May import: core, ground rooms, intake, households. Must not import: visits, other records, derived, doors.
"""
