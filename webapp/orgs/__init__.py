"""Units: one tree from the province to the group, with dated names, codes and parents.

Job: know which units there are, who stands above whom on which day, and take in lists of units.
May import: core, ledger. Must not import: any other package of webapp.

A date that ends something (`closed`, `until`) is the first day on which it is no longer so.
"""
