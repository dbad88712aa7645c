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
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("undertaking_at")
        batch_op.drop_column("undertaking_version")
