"""`flask cases escalate`: what is overdue goes one level up, what was answered long ago is closed."""

import click
from flask.cli import AppGroup
from flask_babel import gettext

from webapp.cases import service
from webapp.core import clock
from webapp.core.db import transaction

cases = AppGroup("cases", help="What residents bring.")


@cases.command("escalate")
def escalate() -> None:
    """Take what is overdue one level up, and close what was answered long ago; for a timer, once a day."""
    with transaction():
        service.pass_on_stranded()
        up, closed = service.escalate_overdue(clock.today()), service.close_settled()
    click.echo(gettext("到期没有答复，转到上一级：%(n)s 件", n=up))
    click.echo(gettext("答复满 30 天没有再提，办结：%(n)s 件", n=closed))
