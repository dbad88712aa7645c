"""What somebody undertook at the first visit: which version, and when"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("undertaking_version", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("undertaking_at", sa.DateTime(), nullable=True))


def downgrade():
    # Not in a batch: that builds the table anew on SQLite, and rows elsewhere refer to the one it drops.
    op.drop_column("account", "undertaking_at")
    op.drop_column("account", "undertaking_version")
