"""What a family can claim, and by when: dated rules that server and phone work out alike.

Job: turn a date into days and amounts. Nothing that anybody types is stored, and the page sends nothing.
May import: core. Must not import: ground rooms, records, doors.
"""
