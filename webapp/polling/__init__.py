"""The offices' door to surveys: making one, drawing whom to ask, asking by telephone, reading what came of it.

May import: anything below the doors, and `exports`. Must not import: other doors, wiring.
"""
