"""What offices do for everybody at once"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NUMBERS = ("counted", "quantity", "households", "fresh", "attended", "hours")


def upgrade():
    op.create_table(
        "outreach_entry",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("measure", sa.String(length=12), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in NUMBERS),
        sa.Column("point_id", sa.String(length=36), nullable=True),
        sa.Column("movement", sa.String(length=10), nullable=True),
        sa.Column("occasion", sa.String(length=40), nullable=True),
        sa.Column("texts", sa.LargeBinary(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("noted_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "counted >= 0 AND quantity >= 0 AND households >= 0 AND fresh >= 0", name=op.f("ck_outreach_entry_counts")
        ),
        sa.CheckConstraint("attended >= 0 AND hours >= 0", name=op.f("ck_outreach_entry_heads")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_outreach_entry_author_id_account")),
        sa.ForeignKeyConstraint(
            ["point_id"], ["outreach_entry.id"], name=op.f("fk_outreach_entry_point_id_outreach_entry")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_outreach_entry_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outreach_entry")),
    )
    op.create_index("ix_outreach_entry_unit_month", "outreach_entry", ["unit_id", "month"])
    op.create_index("ix_outreach_entry_month_kind", "outreach_entry", ["month", "kind"])
    op.create_index("ix_outreach_entry_kind_date", "outreach_entry", ["kind", "date"])
    op.create_index("ix_outreach_entry_point_id", "outreach_entry", ["point_id"])


def downgrade():
    op.drop_table("outreach_entry")
