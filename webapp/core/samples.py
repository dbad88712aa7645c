"""Drawing a sample that anybody can draw again, and saying how sure a share is. Pure, and without a random source."""

import hashlib
from collections.abc import Iterable, Mapping
from math import sqrt

Z = 1.959963984540054  # of the normal distribution, two-sided, 95 %


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of the share `hits` of `n`, as parts of one (Wilson 1927; Newcombe 1998, method 3).

    Of nothing it is all there is: 0 to 1.
    """
    if n == 0:
        return 0.0, 1.0
    middle, room = 2 * hits + Z * Z, Z * sqrt(Z * Z + 4 * hits * (n - hits) / n)
    low, high = (middle - room) / (2 * (n + Z * Z)), (middle + room) / (2 * (n + Z * Z))
    return 0.0 if hits == 0 else low, 1.0 if hits == n else high


def allotted(sizes: Mapping[str, int], total: int) -> dict[str, int]:
    """Return how many of `total` fall to each stratum of `sizes`: in proportion, by largest remainder.

    A stratum that has anybody gets one at least, from the one that got most, and none gets more than it has. Raises
    ValueError when `total` is less than one for each or more than there are.
    """
    filled, there = [name for name in sorted(sizes) if sizes[name]], sum(sizes.values())
    if not len(filled) <= total <= there:
        raise ValueError("the sample fits no such strata")
    found = dict.fromkeys(sizes, 0) | {name: total * sizes[name] // there for name in filled}
    by_remainder = sorted(filled, key=lambda name: (-(total * sizes[name] % there), name)) if there else []
    for name in by_remainder[: total - sum(found.values())]:
        found[name] += 1
    for name in filled:
        if not found[name]:
            most = max(filled, key=lambda other: (found[other], other))
            found[most], found[name] = found[most] - 1, 1
    return found


def drawn(seed: str, frame: Iterable[str], count: int) -> list[str]:
    """Return `count` of the ids in `frame`, drawn by `seed`: those whose hash together with it is least.

    The same whatever the order of the frame is, here and in any other program that knows SHA-256.
    """
    return sorted(frame, key=lambda one: hashlib.sha256(f"{seed}|{one}".encode()).digest())[:count]
