"""What residents tell at the door's code: still here, moved, another number, this is wrong, I want help.

Job: keep it sealed, give it to whoever looks after the door as something to do, and never overwrite the register by it.
May import: core, ground rooms, intake, households, cards. Must not import: visits, other records, derived, doors.
"""
