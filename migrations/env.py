"""How Alembic reaches the database and the models of the running app."""

from alembic import context
from flask import current_app
from sqlalchemy import DateTime

from webapp.core.db import UtcDateTime, db


def render_item(kind, item, _autogen_context):
    """Write our own column types as what the database sees, so that a migration stands alone for ever."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime()"
    return False


def leave_out_empty(_context, _revision, directives):
    """Make no revision when the models did not change."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def configure(**kwargs) -> None:
    """Set the context up alike for both modes."""
    arguments = current_app.extensions["migrate"].configure_args | {
        "target_metadata": db.metadata,
        "render_item": render_item,
        "render_as_batch": True,  # SQLite cannot alter a column in place
        "compare_type": compare_type,
    }
    arguments.setdefault("process_revision_directives", leave_out_empty)
    context.configure(**arguments, **kwargs)


def compare_type(_context, _inspected, _column, inspected_type, metadata_type):
    """Return False for instants, which are plain datetimes in the database; else let Alembic compare."""
    if isinstance(metadata_type, UtcDateTime) and isinstance(inspected_type, DateTime):
        return False
    return None


def run_offline() -> None:
    """Write the statements instead of running them."""
    url = db.engine.url.render_as_string(hide_password=False)
    configure(url=url, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    """Run the migrations in one transaction where the database can."""
    with db.engine.connect() as connection:
        configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
