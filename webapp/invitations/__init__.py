"""One-time links by which somebody comes in, or sets a new password.

Job: make a link, withdraw it, and turn it into an account of whoever undertook what is asked of them.
May import: core, ledger, orgs, accounts. Must not import: access, records, doors (accounts/views.py shows the pages).
"""
