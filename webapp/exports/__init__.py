"""Files to take away: the board and the totals as a table. Counts only, never people.

May import: everything below the doors, and `dashboards`: a file says what the page says.
"""
