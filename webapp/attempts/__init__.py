"""Counting how often something is tried, so that guessing and flooding end.

Job: count under keys in which nobody reads whose it was, say when that is too much, and forget it after a day.
May import: core, keys. Must not import: any other package of webapp.
"""
