"""What commands share: carrying out in one transaction, finding a unit by its code."""

import sys
from collections.abc import Callable

import click

from webapp.core.db import transaction
from webapp.core.errors import N_, AppError, Invalid, Problem, say
from webapp.orgs import queries, rules


def carry_out(*work: Callable[[], object], naming_fields: bool = False) -> None:
    """Do all `work` in one transaction; tell a refusal in its sentences and leave with status 1.

    `naming_fields` puts the name of its field before each sentence, where a whole file of them is looked at.
    """
    try:
        with transaction():
            for deed in work:
                deed()
    except AppError as error:
        for problem in error.problems if isinstance(error, Invalid) else [error.problem]:
            field = f"{problem.field}: " if naming_fields and problem.field else ""
            click.echo(field + say(problem), err=True)
        sys.exit(1)


def unit_id_of(code: str) -> str:
    """Return the id of the open unit with `code`, padded or not. Raises Invalid when there is none."""
    found = queries.by_code(rules.short_code(code.strip()))
    if found is None:
        raise Invalid([Problem("code", "unknown", N_("没有代码为 %(code)s 的单位。"), {"code": code})])
    return found.id
