"""The second person's word on a hit called true; hits on related parties."""

import sqlalchemy as sa
from alembic import op

import registry.models.columns

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("screening_hit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("relation", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("confirmed_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("confirmed_at", registry.models.columns.UtcDateTime(), nullable=True)
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_screening_hit_confirmed_by_id"), "person", ["confirmed_by_id"], ["id"]
        )
        batch_op.create_index(
            batch_op.f("ix_screening_hit_confirmed_by_id"), ["confirmed_by_id"], unique=False
        )
    with op.batch_alter_table("screening_hit", schema=None) as batch_op:
        batch_op.alter_column("relation", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("screening_hit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_screening_hit_confirmed_by_id"))
        batch_op.drop_constraint(batch_op.f("fk_screening_hit_confirmed_by_id"), type_="foreignkey")
        batch_op.drop_column("confirmed_at")
        batch_op.drop_column("confirmed_by_id")
        batch_op.drop_column("relation")
