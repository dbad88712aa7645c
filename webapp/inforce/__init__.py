"""What is in force where somebody lives, and what was before: published editions as the public sees them.

Job: choose who speaks about a topic at a place on a day, and put the amounts that hold there into the words.
May import: core, ground rooms, amounts, policies. Must not import: other records, doors.
"""
