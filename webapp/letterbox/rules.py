"""How much may be sent, and how often one may try to follow a case."""

from datetime import timedelta

SENDING_WINDOW = timedelta(hours=1)
SENT_PER_ADDRESS = 30  # tries from one address, good or bad: a village may sit behind one
SENT_IN_ALL = 600  # cases that are taken within the window from everywhere
KEPT_FOR_NEW = 200  # of those: for networks from which none was taken in the last day
SENDER_BITS, NETWORK_BITS = 56, 48  # of IPv6: what one subscriber may have, and what one can get elsewhere
FOLLOWING_WINDOW = timedelta(minutes=15)
MISSES = 30  # pairs of number and secret from one address that fit nothing
