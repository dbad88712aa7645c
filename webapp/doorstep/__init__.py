"""What the code on a door shows: its household to those who look after it, the office's public page to everybody else.

May import: anything below the doors. Must not import: other doors, wiring.
"""
