"""The door for phones: one push, one pull, one table of record types.

May import: anything below the doors. Must not import: other doors, wiring.
"""
