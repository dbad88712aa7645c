"""Rounds, visits and needs: which doors are due this month, who was met, what people ask for and what became of it.

May import: core, ground rooms, intake, households, cards, events.
Must not import: reports (which reads visits), derived, doors.
"""
