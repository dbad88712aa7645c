"""Facts: one number a unit, month and measure, at every level of the tree. Always rebuildable.

May import: core, ground rooms, records. Must not import: doors.
"""
