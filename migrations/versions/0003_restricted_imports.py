"""Files of restricted entries on their way into the register, and which entry came by which."""

import sqlalchemy as sa
from alembic import op

import registry.models.columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "restricted_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("defaults", registry.models.columns.CanonicalJson(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("refused", sa.String(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("problems", registry.models.columns.CanonicalJson(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", registry.models.columns.UtcDateTime(), nullable=False),
        sa.Column("started_at", registry.models.columns.UtcDateTime(), nullable=True),
        sa.Column("ended_at", registry.models.columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["person.id"], name=op.f("fk_restricted_import_uploaded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restricted_import")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("restricted_import", schema=None) as batch_op:
        for name in ("file_sha256", "state", "uploaded_by_id"):
            batch_op.create_index(batch_op.f(f"ix_restricted_import_{name}"), [name], unique=False)
    with op.batch_alter_table("restricted_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("import_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_restricted_entry_import_id"), "restricted_import", ["import_id"], ["id"]
        )
        batch_op.create_index(
            batch_op.f("ix_restricted_entry_import_id"), ["import_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("restricted_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_restricted_entry_import_id"))
        batch_op.drop_constraint(batch_op.f("fk_restricted_entry_import_id"), type_="foreignkey")
        batch_op.drop_column("import_id")
    op.drop_table("restricted_import")
