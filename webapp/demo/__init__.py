"""The demonstration: a real county, invented groups, people and thirteen months of their reports.

Job: fill an empty database so that everything can be tried. Everything invented is marked 演示.
May import: anything but views. It acts through the same services as phones and offices, with the clock held at the
time of each step, so that history, ledger and receipts look as if it had happened.
"""
