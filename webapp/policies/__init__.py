"""What offices publish for residents: documents, their dated editions, what hangs on them, what must be displayed.

Job: let a second person look before anything is published, keep every edition as it was, and decide which of them is
in force on a day.
May import: core, ground rooms, amounts. Must not import: other records, doors (views.py is a door).
"""
