"""What happened in a group: births, deaths, moves, services. Counts only, no names.

May import: core, ground rooms, intake. Must not import: reports (which reads events), derived, doors.
"""
