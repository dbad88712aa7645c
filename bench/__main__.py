"""`python -m bench [name …]`: run the named measurements, all of them without a name."""

import argparse
import logging
import sys

from bench import boards, faces, lighthouse, mirror, pages, register, residents, scan, search, storm, visits

MEASUREMENTS = {
    "storm": storm,
    "visits": visits,
    "pages": pages,
    "boards": boards,
    "register": register,
    "mirror": mirror,
    "scan": scan,
    "faces": faces,
    "residents": residents,
    "search": search,
    "lighthouse": lighthouse,
}


def main() -> int:
    """Run what the command line names; return 1 when something that must hold did not."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(MEASUREMENTS))
    for measurement in MEASUREMENTS.values():
        measurement.options(parser)
    chosen = parser.parse_args()
    unknown = set(chosen.names) - MEASUREMENTS.keys()
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    logging.disable(logging.INFO)
    held = True
    for name in chosen.names or MEASUREMENTS:
        print(f"== python -m bench {name}", flush=True)
        held = MEASUREMENTS[name].run(chosen) and held
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
