"""The public log: a Merkle tree over the chain that shows nothing but commitments."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from registry.models.columns import blob, moment


class LogEntry(SQLModel, table=True):
    """The public entry of event `seq`, and the salt that opens it to who is shown the event."""

    __tablename__ = "log_entry"

    seq: int = Field(primary_key=True)
    salt: bytes = blob()
    entry: bytes = blob()


class LogNode(SQLModel, table=True):
    """A whole subtree of a tile's height; lower ones are computed from at most 256 entries."""

    __tablename__ = "log_node"

    level: int = Field(primary_key=True)
    index: int = Field(primary_key=True)
    hash: bytes = blob()


class LogHead(SQLModel, table=True):
    """One row: how many events the tree holds. Locked while it grows; always after the chain's."""

    __tablename__ = "log_head"

    id: int = Field(default=1, primary_key=True)
    size: int


class LogCheckpoint(SQLModel, table=True):
    """A head that was signed, as it was signed. One a size: two would be two stories."""

    __tablename__ = "log_checkpoint"

    size: int = Field(primary_key=True)
    note: bytes = blob()
    signed_at: datetime = moment()


class LogCosignature(SQLModel, table=True):
    """A witness's line under a checkpoint."""

    __tablename__ = "log_cosignature"
    __table_args__ = (UniqueConstraint("size", "witness"),)

    id: int = Field(default=None, primary_key=True)
    size: int = Field(index=True)
    witness: str
    line: str
    at: datetime = moment()
