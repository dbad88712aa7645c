"""The door of the group leader: home, where everything begins, and what was sent.

May import: anything below the doors. Must not import: other doors, wiring.
"""
