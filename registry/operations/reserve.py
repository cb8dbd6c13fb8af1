"""The reserve list 储备库: entering it, interest and money, and keeping its rows true."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from registry.db import lock
from registry.models import (
    Application,
    Assessment,
    Financing,
    Interest,
    Organisation,
    ReserveEntry,
)
from registry.operations import certificate, clock
from registry.operations.case import move
from registry.operations.numbering import take_number
from registry.operations.telling import applicants_of, tell
from registry.queries import reserve
from registry.queries.assessment import ASSESSED, newest_assessment
from registry.queries.reference import zone_with
from registry.queries.restricted import is_restricted
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import DEADLINE, Need
from registry.rules.lifecycle.application import Event
from registry.rules.permissions import Actor, service
from registry.words import Words

NUMBER_PREFIX = "GPL"  # Green Project List
GRADE_RANK = {"dark": 4, "medium": 3, "light": 2, "basic": 1, "not_green": 0}
WHOLE_BP = 10_000


def months_after(day: date, months: int) -> date:
    """The last day of a term of whole months that begins on `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    last = (date(year + month // 12, month % 12 + 1, 1) - date(year, month, 1)).days
    return date(year, month, min(day.day, last))


def put_on_list(session: Session, application: Application, *, by: Actor, now: datetime) -> None:
    """Give the list number and the year of validity, write the row that lists show, allot the
    certificate that the worker will issue, and tell the applicant."""
    today = legal_date(now)
    application.list_number = take_number(session, NUMBER_PREFIX, now=now)
    application.listed_on = today
    application.valid_to = months_after(today, DEADLINE["listing"].amount)
    clock.end(application)
    session.add(application)
    write_row(session, application)
    certificate.allot(session, application, now=now)
    tell(
        session,
        applicants_of(session, application),
        application,
        subject=Words("项目已入库", "your project is on the reserve list"),
        body=Words(
            f"入库编号 {application.list_number}，有效期至 {application.valid_to}。"
            "证书生成后可在平台下载。",
            f"List number {application.list_number}, valid until {application.valid_to}. "
            "You can download the certificate as soon as it has been issued.",
        ),
        now=now,
    )


def write_row(session: Session, application: Application) -> ReserveEntry:
    """Make the list's row say what the case says now."""
    owner = session.get_one(Organisation, application.organisation_id)
    assessment = newest_assessment(session, application, ASSESSED)
    values: dict[str, Any] = {
        "list_number": application.list_number,
        "state": application.state,
        "title_zh": application.title_zh,
        "title_en": application.title_en,
        "owner_zh": owner.name_zh,
        "owner_en": owner.name_en,
        "organisation_id": owner.id,
        "kind": application.kind,
        "zone_id": application.zone_id,
        "province_code": application.province_code,
        "catalogue_code": application.catalogue_code,
        "catalogue_edition": application.catalogue_edition,
        "grade": application.grade,
        "grade_rank": GRADE_RANK.get(application.grade, 0),
        "total_centipoints": assessment.total_centipoints if assessment else 0,
        "investment_fen": investment_fen(application),
        "abatement_kg": abatement_kg(assessment),
        "financed_fen": financed_fen(session, application.id),
        "listed_on": application.listed_on,
        "valid_to": application.valid_to,
    }
    row = reserve.row_of(session, application.id)
    if row is None:
        row = ReserveEntry(application_id=application.id, **values)
    else:
        for name, value in values.items():
            setattr(row, name, value)
    session.add(row)
    session.flush()
    _index(session, row)
    return row


def _index(session: Session, row: ReserveEntry) -> None:
    """Put what the row is called into the search index of this engine, in place of what was there."""
    zone = zone_with(session, row.zone_id)
    tokens = reserve.tokens_of(
        row.title_zh,
        row.title_en,
        row.owner_zh,
        row.owner_en,
        row.list_number,
        zone["name_zh"] if zone is not None else "",
        zone["name_en"] if zone is not None else "",
    )
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text(
                "INSERT INTO reserve_search (id, tokens) VALUES (:id, :tokens) "
                "ON CONFLICT (id) DO UPDATE SET tokens = excluded.tokens"
            ),
            {"id": row.id, "tokens": tokens},
        )
        return
    session.execute(text("DELETE FROM reserve_search WHERE rowid = :id"), {"id": row.id})
    session.execute(
        text("INSERT INTO reserve_search (rowid, tokens) VALUES (:id, :tokens)"),
        {"id": row.id, "tokens": " ".join(tokens)},
    )


def index_again(session: Session) -> int:
    """Build the search index anew from the rows, as after a restore; how many there are."""
    rows = session.exec(select(ReserveEntry).order_by(col(ReserveEntry.id))).all()
    for row in rows:
        _index(session, row)
    return len(rows)


def investment_fen(application: Application) -> int:
    """The declared total investment; the form asks for it in 10,000 yuan."""
    said = application.answers.get("total_investment_10k_yuan", "0") or "0"
    return int(Decimal(said) * 10_000 * 100)


def abatement_kg(assessment: Assessment | None) -> int:
    """Yearly abatement in whole kilograms, as the assessment computed it; 0 where it could not."""
    benefits = assessment.result.get("benefits", []) if assessment is not None else []
    said = next((b["central"] for b in benefits if b["id"] == "abatement"), "")
    return int(Decimal(said or "0") * 1000)


def financed_fen(session: Session, application_id: int) -> int:
    total = session.exec(
        select(func.coalesce(func.sum(Financing.amount_fen), 0)).where(
            Financing.application_id == application_id
        )
    ).one()
    return int(total)


def express_interest(
    session: Session,
    *,
    application_id: int,
    organisation_id: int,
    note: str,
    by: Actor,
    now: datetime,
) -> Interest:
    """A fund says that it would like to talk; the applicant is told. Once per fund and project."""
    application = lock(session, Application, application_id)
    known = session.exec(
        select(Interest).where(
            Interest.application_id == application.id,
            Interest.organisation_id == organisation_id,
        )
    ).one_or_none()
    if known is not None:
        return known
    move(
        session,
        application,
        Event.EXPRESS_INTEREST,
        by=by,
        now=now,
        body={"organisation": organisation_id},
    )
    made = Interest(
        application_id=application.id,
        organisation_id=organisation_id,
        expressed_by_id=by.person_id or 0,
        note=note,
        expressed_at=now,
    )
    session.add(made)
    session.flush()
    fund = session.get_one(Organisation, organisation_id)
    tell(
        session,
        applicants_of(session, application),
        application,
        subject=Words("有机构表示融资意向", "a fund is interested"),
        body=Words(f"{fund.name_zh}：{note}", f"{fund.name_en or fund.name_zh}: {note}"),
        now=now,
    )
    return made


def record_financing(
    session: Session,
    *,
    application_id: int,
    organisation_id: int,
    instrument: str,
    amount_fen: int,
    signed_on: date,
    by: Actor,
    now: datetime,
) -> Financing:
    """Money given to a listed project. The share of the benefit follows from amount and total
    investment (F6); shares of all funds together stay within the whole."""
    application = lock(session, Application, application_id)
    whole = investment_fen(application)
    after = financed_fen(session, application.id) + amount_fen
    newest = newest_assessment(session, application, ASSESSED)
    share_bp = _share_bp(amount_fen, whole)
    move(
        session,
        application,
        Event.FINANCE,
        by=by,
        now=now,
        given=_given(instrument, amount_fen, signed_on),
        body={
            "organisation": organisation_id,
            "instrument": instrument,
            "amount_fen": amount_fen,
            "signed_on": signed_on.isoformat(),
            "share_bp": share_bp,
        },
        share_after_bp=_share_bp(after, whole),
        restricted=is_restricted(session, application, on=legal_date(now), fund_id=organisation_id),
    )
    made = Financing(
        application_id=application.id,
        organisation_id=organisation_id,
        instrument=instrument,
        amount_fen=amount_fen,
        share_bp=share_bp,
        attributed_kg=attributed_kg(abatement_kg(newest), amount_fen, whole),
        signed_on=signed_on,
        recorded_by_id=by.person_id or 0,
        recorded_at=now,
    )
    session.add(made)
    session.flush()
    write_row(session, application)
    return made


def _given(instrument: str, amount_fen: int, signed_on: date | None) -> list[Need]:
    told = {Need.INSTRUMENT: bool(instrument), Need.AMOUNT: amount_fen > 0}
    return [need for need, is_told in told.items() if is_told] + ([Need.DAY] if signed_on else [])


def _share_bp(part_fen: int, whole_fen: int) -> int:
    """Rounded up, so that shares that add up to a hair over the whole are refused."""
    if whole_fen <= 0:
        return WHOLE_BP + 1
    return -(-part_fen * WHOLE_BP // whole_fen)


def attributed_kg(benefit_kg: int, amount_fen: int, investment: int) -> int:
    """F6: ER × loan / total investment, in whole kilograms, rounded down."""
    return benefit_kg * amount_fen // investment if investment > 0 else 0


def expire(session: Session, *, application_id: int, now: datetime) -> Application:
    """Twelve months passed without renewal: off the list, by the timer."""
    application = lock(session, Application, application_id)
    move(session, application, Event.EXPIRE, by=service("timer"), now=now)
    follow_state(session, application)
    return application


def follow_state(session: Session, application: Application) -> None:
    """After any move of a listed case: the list's row shows the new state."""
    if reserve.row_of(session, application.id) is not None:
        write_row(session, application)
