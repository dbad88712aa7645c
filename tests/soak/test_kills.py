"""Five hundred kills: `make soak` prints what was lost and what was stored twice, and both are 0."""

import os
import sys
from pathlib import Path

from tests.support.ordeal import Ordeal, Tally, chosen_seed

KILLS = int(os.environ.get("SANSHI_KILLS", "500"))
NEWS = 25  # kills between two lines


def tell(tally: Tally) -> None:
    """Say now and then how far it is."""
    if tally.kills.total() % NEWS == 0:
        sys.stdout.write(f"{tally.kills.total()} kills, {tally.hits.total()} between commit and answer\n")
        sys.stdout.flush()


def test_kills(tmp_path: Path) -> None:
    seed = chosen_seed()
    sys.stdout.write(f"\n{KILLS} kills, seed {seed}\n")
    tally = Ordeal(tmp_path, seed).run(KILLS, tell)
    sys.stdout.write(f"{tally}\n")
    tally.check()
