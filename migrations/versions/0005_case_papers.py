"""Receipts, letters and reports of cases as signed documents."""

import sqlalchemy as sa
from alembic import op

import registry.models.columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("signer_fingerprint", sa.String(), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("printed_at", registry.models.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_case_paper_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_paper")),
        sa.UniqueConstraint("kind", "about_id", name=op.f("uq_case_paper_kind_about_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("case_paper", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_case_paper_application_id"), ["application_id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("case_paper")
