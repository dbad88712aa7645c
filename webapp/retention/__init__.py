"""When what is about people ends: how long each kind is kept, and the job that ends it.

May import: core, ground rooms, intake, records. Must not import: doors.
"""
