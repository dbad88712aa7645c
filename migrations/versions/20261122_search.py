"""The index by which published documents are found"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "search_subject",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject_type", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_subject")),
        sa.UniqueConstraint("subject_type", "subject_id", name=op.f("uq_search_subject_subject_type_subject_id")),
    )
    op.create_table(
        "search_word",
        sa.Column("word", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subjects", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_word")),
    )
    op.create_table(
        "search_posting",
        sa.Column("word", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("weight", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject"], ["search_subject.number"], name=op.f("fk_search_posting_subject_search_subject")
        ),
        sa.PrimaryKeyConstraint("word", "subject", name=op.f("pk_search_posting")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("search_posting", schema=None) as batch_op:
        batch_op.create_index("ix_search_posting_subject", ["subject"], unique=False)


def downgrade():
    op.drop_table("search_posting")
    op.drop_table("search_word")
    op.drop_table("search_subject")
