"""One numbered log of what changed, so that phones and totals can catch up from where they stopped.

May import: core. Must not import: any other package of webapp.
"""
