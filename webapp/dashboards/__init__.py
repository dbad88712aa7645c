"""Boards and totals of a month: who has reported, and what it comes to, for a unit and the units just under it.

May import: everything below the doors. `exports` takes its numbers from here, so that file and page cannot differ.
"""
