"""Screening policies that were proposed, tried and put in force."""

import sqlalchemy as sa
from alembic import op

from registry.models.columns import CanonicalJson, UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "screening_policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("against_sha256", sa.String(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.Column("difference", CanonicalJson(), nullable=False),
        sa.Column("is_applied", sa.Boolean(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("tried_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["person.id"], name=op.f("fk_screening_policy_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_screening_policy_decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_policy")),
        sa.UniqueConstraint("version", name=op.f("uq_screening_policy_version")),
        sa.UniqueConstraint("sha256", name=op.f("uq_screening_policy_sha256")),
        sqlite_strict=True,
    )
    for column in ("state", "proposed_by_id", "decided_by_id"):
        op.create_index(
            op.f(f"ix_screening_policy_{column}"), "screening_policy", [column], unique=False
        )


def downgrade() -> None:
    op.drop_table("screening_policy")
