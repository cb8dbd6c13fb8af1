"""Portfolios that somebody has watched."""

import sqlalchemy as sa
from alembic import op

from registry.models.columns import CanonicalJson, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _link(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "watched_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("names", sa.Integer(), nullable=False),
        sa.Column("screened", sa.Integer(), nullable=False),
        sa.Column("is_screened", sa.Boolean(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        _link("watched_list", "owner_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watched_list")),
        sqlite_strict=True,
    )
    op.create_table(
        "watched_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("uscc", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        _link("watched_name", "list_id", "watched_list"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watched_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "watched_key",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name_id", sa.Integer(), nullable=False),
        _link("watched_key", "name_id", "watched_name"),
        sa.PrimaryKeyConstraint("key", "name_id", name=op.f("pk_watched_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "watched_hit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("name_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("entry_fingerprint", sa.String(), nullable=False),
        sa.Column("band", sa.String(), nullable=False),
        sa.Column("score_bp", sa.Integer(), nullable=False),
        sa.Column("parts", CanonicalJson(), nullable=False),
        sa.Column("list_version", sa.Integer(), nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        _link("watched_hit", "list_id", "watched_list"),
        _link("watched_hit", "name_id", "watched_name"),
        _link("watched_hit", "entry_id", "restricted_entry"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watched_hit")),
        sa.UniqueConstraint(
            "name_id",
            "entry_id",
            "entry_fingerprint",
            name=op.f("uq_watched_hit_name_id_entry_id_entry_fingerprint"),
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "watch_cursor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_cursor")),
        sqlite_strict=True,
    )
    for table, column in (
        ("watched_list", "owner_id"),
        ("watched_name", "list_id"),
        ("watched_key", "name_id"),
        ("watched_hit", "list_id"),
        ("watched_hit", "name_id"),
        ("watched_hit", "entry_id"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def downgrade() -> None:
    for table in ("watch_cursor", "watched_hit", "watched_key", "watched_name", "watched_list"):
        op.drop_table(table)
