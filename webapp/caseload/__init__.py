"""The door of offices to what residents bring: what waits, one case, answering, handing on, closing.

May import: anything below the doors. Must not import: other doors, wiring.
"""
