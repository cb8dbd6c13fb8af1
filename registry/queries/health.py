"""Whether the database answers."""

from sqlmodel import Session, select


def database_answers(session: Session) -> bool:
    """One round trip to the database; raises what the driver raises where there is none."""
    return session.exec(select(1)).one() == 1
