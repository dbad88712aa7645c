"""The register of doors: where, what kind, whom to ask for, what was agreed to, and who lives there if they say so.

Job: keep what is needed to visit a household, sealed with a key of its own, and find it again.
May import: core, ground rooms, intake. Must not import: cards, visits, other records, derived, doors.
"""
