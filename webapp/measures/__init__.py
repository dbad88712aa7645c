"""Measures of what offices do, beside those that come in by reports: cases closed, work for everybody.

Job: say what each is called, what counts and where it comes from, and give its value for a unit and a month, for
whoever shows or scores them. May import: core, ground rooms, records. Must not import: doors.
"""
