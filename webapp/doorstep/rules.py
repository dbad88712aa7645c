"""What keeps robots and guessers from the doors' pages without a puzzle, and without locking out a staircase.

Of codes that nobody issued, an address may try some; of codes on doors, many: a whole building may sit behind one.
"""

from datetime import timedelta

WINDOW = timedelta(minutes=15)
MISSES = 60  # unknown codes from one address within the window
NOTED = 60  # visits from one address that are written down within the window; more of them say nothing more
BRIEFLY = 0.05  # seconds that a page waits to be counted: showing it matters more
TELLING_WINDOW = timedelta(hours=1)
TELLINGS_PER_ADDRESS = 60
TELLINGS_PER_CODE = 10
