"""Review: what was handed in, next to what it should be; accepting, giving back, locking.

May import: everything below the doors, and `dashboards`, whose lines it shows to offices above a community.
"""
