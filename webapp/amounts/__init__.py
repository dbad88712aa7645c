"""What a scheme pays, where and since when: amounts as data, so that no page has a number in its text.

Job: keep the rows of each scheme and region, and find the one that holds for a place on a day.
May import: core, ground rooms. Must not import: other records, doors.
"""
