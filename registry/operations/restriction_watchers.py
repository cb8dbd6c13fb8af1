"""Who is told of an entry: its subject, the desk, and those who watch a project it suspends."""

from datetime import datetime

from sqlmodel import Session, col, select

from registry.models import (
    Application,
    Financing,
    Interest,
    Organisation,
    Person,
    RestrictedEntry,
)
from registry.operations.message import send_later
from registry.operations.telling import applicants_of, staff_with, tell
from registry.queries.account import holders_of
from registry.queries.organisation import members_now, signatory_ids
from registry.queries.restriction_facts import subject_organisation
from registry.rules.calendar import legal_date
from registry.rules.permissions import Role
from registry.words import Words


def called(entry: RestrictedEntry) -> str:
    """How mails to staff call an entry: its number, never a person's name."""
    return entry.number or f"#{entry.id}"


def tell_desk(
    session: Session,
    entry: RestrictedEntry,
    role: Role,
    *,
    subject: Words,
    body: Words,
    now: datetime,
) -> None:
    """One mail to everybody who holds the role today."""
    for person in holders_of(session, role.value, on=legal_date(now)):
        send_later(
            session,
            to=person,
            subject=Words(f"{called(entry)}：{subject.zh}", f"{called(entry)}: {subject.en}"),
            body=body,
            about=f"restricted:{entry.id}",
            now=now,
        )


def tell_subject(
    session: Session,
    entry: RestrictedEntry,
    *,
    link: str,
    subject: Words,
    body: Words,
    now: datetime,
) -> int:
    """To the signatories of the organisation with the entry's code, with the link by which they
    speak for it. How many were told; 0 means that the notice goes by post."""
    organisation = subject_organisation(session, entry)
    if organisation is None:
        return 0
    on = legal_date(now)
    signatories = signatory_ids(session, organisation.id, on=on)
    people = [p for p in members_now(session, organisation.id, on=on) if p.id in signatories]
    for person in people:
        send_later(
            session,
            to=person,
            subject=subject,
            body=Words(f"{body.zh}\n\n{link}", f"{body.en}\n\n{link}"),
            about=f"restricted:{entry.id}",
            now=now,
            is_secret=True,
        )
    return len(people)


def tell_noticed(session: Session, entry: RestrictedEntry, *, link: str, now: datetime) -> None:
    until = entry.statement_until
    tell_subject(
        session,
        entry,
        link=link,
        subject=Words("拟列入限制名单告知书", "Notice of a proposed entry on the restricted list"),
        body=Words(
            f"本平台拟将贵单位列入限制进入名单。请于 {until} 前陈述申辩。事由、依据、证据摘要及"
            "答复入口见以下链接；请妥善保管，持有链接即视为代表贵单位。",
            "The registry proposes to put you on its restricted-entry list. You may make a statement "
            f"until {until}. Ground, clause, evidence and the form are behind this link; keep it "
            "safe, since whoever holds it speaks for you.",
        ),
        now=now,
    )


def tell_entered(session: Session, entry: RestrictedEntry, now: datetime) -> None:
    until = entry.to_day.isoformat() if entry.to_day else ""
    tell_subject(
        session,
        entry,
        link="",
        subject=Words("列入限制名单决定", "Decision: entry on the restricted list"),
        body=Words(
            f"条目 {entry.number} 已生效，截止日期：{until or '履行完毕为止'}。"
            f"可于 {entry.appeal_until} 前通过告知书中的链接申请复议。",
            f"Entry {entry.number} is in force until {until or 'performed'}. You may appeal until "
            f"{entry.appeal_until} through the link in the notice.",
        ),
        now=now,
    )


def watchers_of(session: Session, application: Application, *, now: datetime) -> list[Person]:
    """The people of funds and banks that showed interest in a project or financed it."""
    interested = select(Interest.organisation_id).where(Interest.application_id == application.id)
    financing = select(Financing.organisation_id).where(Financing.application_id == application.id)
    funds = session.exec(
        select(Organisation.id)
        .where(col(Organisation.id).in_(interested.union(financing)))
        .order_by(col(Organisation.id))
    ).all()
    found: dict[int, Person] = {}
    for fund in funds:
        found.update({p.id: p for p in members_now(session, fund, on=legal_date(now))})
    return [found[key] for key in sorted(found)]


def tell_of_suspension(
    session: Session, application: Application, *, suspended: bool, now: datetime
) -> None:
    """Applicants and watchers alike: the project is suspended, or back on the list."""
    people = {p.id: p for p in applicants_of(session, application)}
    people.update({p.id: p for p in watchers_of(session, application, now=now)})
    if suspended:
        subject = Words("项目及证书已暂停", "project and certificate suspended")
        body = Words(
            "业主单位被列入限制进入名单，项目在储备库中暂停，证书暂停有效。条目失效后将重新核对。",
            "The owner has been put on the restricted-entry list. The project is suspended on the "
            "reserve list and its certificate is out of force; both are checked again when the "
            "entry ends.",
        )
    else:
        subject = Words("项目及证书已恢复", "project and certificate back in force")
        body = Words(
            "限制进入条目已失效，经重新核对，项目恢复在库，证书恢复有效。",
            "The restricted entry has ended. The project was checked again and is back on the list; "
            "its certificate is in force again.",
        )
    tell(
        session,
        [people[key] for key in sorted(people)],
        application,
        subject=subject,
        body=body,
        now=now,
    )


def tell_staff_of_hit(session: Session, application: Application, *, now: datetime) -> None:
    """Staff only: an applicant hears of a hit when it is decided."""
    tell(
        session,
        staff_with(session, (Role.SCREENER, Role.APPROVER), application, now=now),
        application,
        subject=Words("限制名单有新的比对结果", "a new entry resembles the owner"),
        body=Words(
            "限制进入名单有条目生效，与本案业主相符或相近，请先核对再办理。",
            "An entry that came into force is, or resembles, the owner of this case. Look at it "
            "before you go on.",
        ),
        now=now,
    )
