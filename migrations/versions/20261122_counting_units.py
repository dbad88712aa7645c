"""Where a need counts, apart from whose it is"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.add_column(sa.Column("counts_at", sa.String(length=36), nullable=True))
    op.execute("UPDATE need SET counts_at = unit_id")
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.alter_column("counts_at", existing_type=sa.String(length=36), nullable=False)
        batch_op.create_foreign_key(op.f("fk_need_counts_at_unit"), "unit", ["counts_at"], ["id"])
        batch_op.drop_index("ix_need_unit_month")
        batch_op.create_index("ix_need_counts_at_month", ["counts_at", "month"])


def downgrade():
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.drop_index("ix_need_counts_at_month")
        batch_op.create_index("ix_need_unit_month", ["unit_id", "month"])
        batch_op.drop_constraint(op.f("fk_need_counts_at_unit"), type_="foreignkey")
        batch_op.drop_column("counts_at")
