"""Persons, organisations and signed-in browsers for tests."""

import hashlib
import secrets
from collections import Counter
from datetime import UTC, date, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient

from registry.db import Database
from registry.models import (
    Membership,
    Organisation,
    OrganisationGroup,
    Person,
    RoleGrant,
    SignInSession,
)
from registry.queries.account import actor_of
from registry.rules.permissions import Actor

LONG_AGO = date(2020, 1, 1)


class People:
    """Makes what a test needs and remembers nothing; ids are what the database gave."""

    def __init__(self, database: Database, app: Flask) -> None:
        self._database = database
        self._app = app
        self.counted: Counter[str] = Counter()

    def organisation(
        self,
        name_zh: str = "凉州光伏电力有限公司",
        *,
        name_en: str = "Liangzhou Solar Power Co., Ltd.",
        uscc: str = "",
        kind: str = "company",
        verification: str = "verified",
        group: str = "",
    ) -> Organisation:
        with self._database.write() as session:
            group_id = None
            if group:
                row = OrganisationGroup(name=group)
                session.add(row)
                session.flush()
                group_id = row.id
            made = Organisation(
                kind=kind,
                name_zh=name_zh,
                name_en=name_en,
                uscc=uscc,
                province_code="620000",
                group_id=group_id,
                verification=verification,
                created_at=datetime.now(UTC),
            )
            session.add(made)
            session.flush()
            session.refresh(made)
        return made

    def person(
        self,
        *roles: str,
        organisation: Organisation | None = None,
        name: str = "",
        email: str = "",
        language: str = "zh",
        scope_kind: str = "everywhere",
        scope_id: str = "",
    ) -> Person:
        self.counted["person"] += 1
        number = self.counted["person"]
        with self._database.write() as session:
            made = Person(
                email=email or f"person{number}@example.org",
                name=name or f"Person {number}",
                language=language,
                created_at=datetime.now(UTC),
            )
            session.add(made)
            session.flush()
            for role in roles:
                session.add(
                    RoleGrant(
                        person_id=made.id,
                        role=str(role),
                        scope_kind=scope_kind,
                        scope_id=scope_id,
                        from_day=LONG_AGO,
                    )
                )
            if organisation is not None:
                session.add(
                    Membership(person_id=made.id, organisation_id=organisation.id, since=LONG_AGO)
                )
            session.flush()
            session.refresh(made)
        return made

    def actor(self, person: Person, *, on: date | None = None) -> Actor:
        with self._database.read() as session:
            return actor_of(session, person.id or 0, on=on or date.today())  # noqa: DTZ011

    def browser(self, person: Person) -> FlaskClient:
        """A client signed in as this person, through a session row as sign-in makes it."""
        token = secrets.token_urlsafe(16)
        now = datetime.now(UTC)
        with self._database.write() as session:
            session.add(
                SignInSession(
                    token_sha256=hashlib.sha256(token.encode()).hexdigest(),
                    person_id=person.id,
                    created_at=now,
                    last_seen_at=now,
                    expires_at=now + timedelta(hours=12),
                )
            )
        client = self._app.test_client()
        with client.session_transaction() as cookies:
            cookies["_user_id"] = token
            cookies["_fresh"] = True
        return client
