"""What phones still send whose session was ended"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FOREIGN = "fk_held_record_household_id_household"


def upgrade():
    with op.batch_alter_table("held_record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("subject_id", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("device_id", sa.String(length=36), nullable=True))
        batch_op.drop_constraint(FOREIGN, type_="foreignkey")
        batch_op.alter_column("household_id", existing_type=sa.String(length=36), nullable=True)
    op.execute("UPDATE held_record SET subject_id = household_id")
    with op.batch_alter_table("held_record", schema=None) as batch_op:
        batch_op.alter_column("subject_id", existing_type=sa.String(length=36), nullable=False)
        batch_op.create_index("ix_held_record_household", ["household_id"], unique=False)
        batch_op.create_index("ix_held_record_device", ["device_id"], unique=False)


def downgrade():
    # What is about no household of the register could not stand there before.
    op.execute("DELETE FROM held_record WHERE household_id IS NULL OR subject_id <> household_id")
    with op.batch_alter_table("held_record", schema=None) as batch_op:
        batch_op.drop_index("ix_held_record_device")
        batch_op.drop_index("ix_held_record_household")
        batch_op.alter_column("household_id", existing_type=sa.String(length=36), nullable=False)
        batch_op.create_foreign_key(FOREIGN, "household", ["household_id"], ["id"])
        batch_op.drop_column("device_id")
        batch_op.drop_column("subject_id")
