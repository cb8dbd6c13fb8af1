"""The accounts and organisations of the demonstration: one account a role, one password for all."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session

from registry.config import Settings
from registry.jobs.demo.projects import OWNERS
from registry.models import Membership, Organisation, Person, RoleGrant
from registry.operations.account import hash_password
from registry.operations.audit import commitment_of, record
from registry.queries.account import DEMO_DOMAIN, DEMO_PASSWORD, actor_of
from registry.rules.calendar import legal_date
from registry.rules.permissions import Actor, Role, service
from registry.words import Words

STAFF: dict[str, tuple[str, tuple[Role, ...]]] = {
    "screener": ("受理员 沈丽", (Role.SCREENER,)),
    "screener2": ("受理员 申明", (Role.SCREENER,)),
    "assessor": ("评审员 平安", (Role.ASSESSOR,)),
    "approver": ("审定人 申定", (Role.APPROVER,)),
    "approver2": ("审定人 复核", (Role.APPROVER,)),
    "panel": ("复议委员 傅义", (Role.APPEAL_PANEL,)),
    "officer": ("限制名单经办 韩经", (Role.RESTRICT_OFFICER,)),
    "restrictor": ("限制名单审定 韩审", (Role.RESTRICT_APPROVER,)),
    "restrictor2": ("限制名单审定 韩复", (Role.RESTRICT_APPROVER,)),
    "orgverifier": ("主体核验员 何研", (Role.ORG_VERIFIER,)),
    "verifier": ("第三方核查 何查", (Role.VERIFIER,)),
    "ruleeditor": ("规则编制 桂编", (Role.RULE_EDITOR,)),
    "rulepublisher": ("规则发布 桂发", (Role.RULE_PUBLISHER,)),
    "auditor": ("审计员 沈计", (Role.AUDITOR,)),
    "admin": ("系统管理员 管理", (Role.ADMIN,)),
}
FUND = Words("甘肃演示绿色发展基金（虚构）", "Gansu Demonstration Green Fund (made up)")


@dataclass
class Cast:
    """Who plays: ids of persons and organisations by their key."""

    people: dict[str, int]
    organisations: dict[str, int]
    known: dict[tuple[str, date], Actor] = field(default_factory=dict)

    def actor(self, session: Session, key: str, now: datetime) -> Actor:
        """Read once a day, as a signed-in person is once a request."""
        today = legal_date(now)
        if (key, today) not in self.known:
            self.known[key, today] = actor_of(session, self.people[key], on=today)
        return self.known[key, today]


def gather(session: Session, settings: Settings, now: datetime) -> Cast:
    """Make organisations and accounts; each is an event by the demonstration's own service."""
    cast = Cast(people={}, organisations={})
    password_hash = hash_password(settings, DEMO_PASSWORD)
    for key, name in OWNERS.items():
        cast.organisations[key] = _organisation(session, name, "company", now)
    cast.organisations["fund"] = _organisation(session, FUND, "fund", now)
    owners = [cast.organisations[key] for key in OWNERS]
    applicants = {
        "editor": ("经办人 京办", (Role.EDITOR,), owners),
        "applicant": ("签章人 千章", (Role.EDITOR, Role.SIGNATORY), owners),
        "fund": ("基金经理 金理", (Role.FUND_MANAGER,), [cast.organisations["fund"]]),
    }
    for key, (name, roles, organisations) in applicants.items():
        cast.people[key] = _person(session, key, name, roles, organisations, password_hash, now)
    for key, (name, roles) in STAFF.items():
        cast.people[key] = _person(session, key, name, roles, [], password_hash, now)
    return cast


def _organisation(session: Session, name: Words, kind: str, now: datetime) -> int:
    made = Organisation(
        kind=kind,
        name_zh=name.zh,
        name_en=name.en,
        verification="verified",
        created_at=now,
        verified_at=now,
    )
    session.add(made)
    session.flush()
    record(
        session,
        kind="organisation.registered",
        subject=f"organisation:{made.id}",
        body={"name_zh": name.zh, "to": "VERIFIED", "demo": True},
        by=service("demo"),
        now=now,
    )
    return made.id


def _person(
    session: Session,
    key: str,
    name: str,
    roles: tuple[Role, ...],
    organisations: list[int],
    password_hash: str,
    now: datetime,
) -> int:
    person = Person(
        email=f"{key}{DEMO_DOMAIN}",
        name=name,
        language="",  # nobody chose yet: pages follow the visitor's browser
        password_hash=password_hash,
        created_at=now,
    )
    session.add(person)
    session.flush()
    today = legal_date(now)
    for organisation_id in organisations:
        session.add(Membership(person_id=person.id, organisation_id=organisation_id, since=today))
    for role in roles:
        scopes = [("organisation", str(o)) for o in organisations] or [("everywhere", "")]
        if role is Role.FUND_MANAGER:
            scopes = [("everywhere", "")]
        for scope_kind, scope_id in scopes:
            session.add(
                RoleGrant(
                    person_id=person.id,
                    role=role.value,
                    scope_kind=scope_kind,
                    scope_id=scope_id,
                    from_day=today,
                )
            )
    session.flush()
    record(
        session,
        kind="account.opened",
        subject=f"person:{person.id}",
        body={
            "person": commitment_of(session, person.id),
            "roles": [role.value for role in roles],
            "demo": True,
        },
        by=service("demo"),
        now=now,
    )
    return person.id
