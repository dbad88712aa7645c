"""How much arrived from each device"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.add_column(sa.Column("received", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("received_at", sa.DateTime(), nullable=True))


def downgrade():
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.drop_column("received_at")
        batch_op.drop_column("received")
