"""The door for everybody: what this site is, what it holds and why, how its pages look. No account needed.

May import: anything below the doors. Must not import: other doors, wiring.
"""
