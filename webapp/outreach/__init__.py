"""What offices do for everybody at once: notices, meetings, trainings, deliveries, service points and their stock.

Counts only: never who took something, never who came. Three of the numbers go into the monthly reports of groups.
May import: core, ground rooms, intake, events (closed months). Must not import: reports (which reads these), doors.
"""
