"""Pages of the round: its doors, visits, needs, and the list to walk by, which is the most that is ever taken away.

May import: everything below the doors. It acts through `visits`, as phones do.
"""
