"""Surveys: versions, codes that hang somewhere, invitations, counts, sealed texts"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "survey",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("series", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=True),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_survey_unit_id_unit")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_survey_created_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
    )
    op.create_index("ix_survey_unit_state", "survey", ["unit_id", "state"])
    op.create_index("ix_survey_series", "survey", ["series", "number"])
    op.create_table(
        "survey_place",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("survey_id", sa.String(length=36), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("token", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_survey_place_survey_id_survey")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_survey_place_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_place")),
        sa.UniqueConstraint("token", name=op.f("uq_survey_place_token")),
    )
    op.create_index("ix_survey_place_survey", "survey_place", ["survey_id"])
    op.create_index("ix_survey_place_unit", "survey_place", ["unit_id"])
    op.create_table(
        "survey_invitation",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("survey_id", sa.String(length=36), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("is_used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_survey_invitation_survey_id_survey")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_survey_invitation_unit_id_unit")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_survey_invitation")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_survey_invitation_survey", "survey_invitation", ["survey_id", "unit_id"])
    op.create_table(
        "survey_door",
        sa.Column("survey_id", sa.String(length=36), nullable=False),
        sa.Column("household_id", sa.String(length=36), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_survey_door_survey_id_survey")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_survey_door_household_id_household")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_survey_door_unit_id_unit")),
        sa.PrimaryKeyConstraint("survey_id", "household_id", name=op.f("pk_survey_door")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_survey_door_household", "survey_door", ["household_id"])
    op.create_table(
        "survey_tally",
        sa.Column("survey_id", sa.String(length=36), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_survey_tally_survey_id_survey")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_survey_tally_unit_id_unit")),
        sa.PrimaryKeyConstraint("survey_id", "unit_id", "channel", name=op.f("pk_survey_tally")),
    )
    op.create_table(
        "survey_texts",
        sa.Column("survey_id", sa.String(length=36), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_full", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_survey_texts_survey_id_survey")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_survey_texts_unit_id_unit")),
        sa.PrimaryKeyConstraint("survey_id", "unit_id", "number", name=op.f("pk_survey_texts")),
    )


def downgrade():
    for name in ("texts", "tally", "door", "invitation", "place"):
        op.drop_table(f"survey_{name}")
    op.drop_table("survey")
