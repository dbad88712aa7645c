"""What an office tells everybody: when it is open, how to call it, what it does for people.

Job: keep the public page of each unit, and find the one that speaks for a place.
May import: core, ground rooms. Must not import: records, doors.
"""
