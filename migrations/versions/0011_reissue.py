"""Certificates made anew in one act that two persons take."""

import sqlalchemy as sa
from alembic import op

from registry.models.columns import CanonicalJson, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reissue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number_prefix", sa.String(), nullable=False),
        sa.Column("zone_id", sa.String(), nullable=False),
        sa.Column("valid_from_first", sa.Date(), nullable=True),
        sa.Column("valid_from_last", sa.Date(), nullable=True),
        sa.Column("not_signed_by", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("upto", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("problems", CanonicalJson(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["person.id"], name=op.f("fk_reissue_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_reissue_decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reissue")),
        sqlite_strict=True,
    )
    for column in ("state", "proposed_by_id", "decided_by_id"):
        op.create_index(op.f(f"ix_reissue_{column}"), "reissue", [column], unique=False)


def downgrade() -> None:
    op.drop_table("reissue")
