"""Publishing: staff write documents, look at each other's, publish and take down, note amounts and what was displayed.

May import: everything below the doors.
"""
