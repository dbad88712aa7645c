"""From a card at a door to the page of its household.

Job: the scan page, and who lives behind a card, for those who may know. Phones look in their own index first.
May import: core, ground rooms, records. Must not import: other doors.
"""
