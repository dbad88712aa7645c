"""What people agree to: purposes with their dated texts, and each answer as it was given.

Job: say what was agreed and what must go with a withdrawal. May import: core, keys, ledger. Must not import: any other
package of webapp.
"""
