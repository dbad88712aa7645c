"""The office's own affairs: people and their devices, invitations, due days.

May import: anything below the doors. Must not import: other doors, wiring.
"""
