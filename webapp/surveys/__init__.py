"""Surveys: who is asked, by which road, and what came of it, counted so that nobody's answers can be told apart.

May import: core, ground rooms, questionnaires. Must not import: households, other records, derived, doors.
"""
