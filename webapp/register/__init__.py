"""The door of the register: finding, showing, adding and changing households; revealing and erasing for the office.

May import: anything below the doors. Must not import: other doors, wiring.
"""
