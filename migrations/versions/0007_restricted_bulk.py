"""One act on all entries that a file brought."""

import sqlalchemy as sa
from alembic import op

import registry.models.columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "restricted_bulk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("problems", registry.models.columns.CanonicalJson(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", registry.models.columns.UtcDateTime(), nullable=False),
        sa.Column("ended_at", registry.models.columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_restricted_bulk_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["restricted_import.id"], name=op.f("fk_restricted_bulk_import_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restricted_bulk")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("restricted_bulk", schema=None) as batch_op:
        for name in ("asked_by_id", "import_id", "state"):
            batch_op.create_index(batch_op.f(f"ix_restricted_bulk_{name}"), [name], unique=False)


def downgrade() -> None:
    op.drop_table("restricted_bulk")
