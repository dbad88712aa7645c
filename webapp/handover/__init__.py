"""Households that change hands, and what the phone that had them before still sends.

Job: move households from group to group in one step; keep for the new owner what comes late from the old one.
May import: core, ground rooms, intake, households, cards, visits, events, feedback.
Must not import: reports, derived, doors.
"""
