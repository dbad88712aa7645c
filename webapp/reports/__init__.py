"""The monthly report of a group, its versions and its review.

May import: core, ground rooms, intake, events. Must not import: derived, doors.
"""
