"""Restricted entries of the demonstration: made-up bodies, played through the desk's operations."""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta

import pikepdf
from sqlmodel import Session

from registry.config import Settings
from registry.jobs.demo.people import Cast
from registry.operations import restriction, restriction_draft
from registry.operations.restriction_draft import Proof
from registry.rules.calendar import legal_date
from registry.rules.restriction import GROUNDS, longest_term
from registry.words import Words

DAYS_BEFORE = 60  # an entry takes a statement period of ten working days, holidays not counted
_ENTERED_AFTER = timedelta(days=45)


@dataclass(frozen=True)
class DemoEntry:
    """`stage` is how far it has come: proposed, noticed, in_force."""

    name: Words
    uscc: str
    ground: str
    case: str
    facts: str
    stage: str


ENTRIES: tuple[DemoEntry, ...] = (
    DemoEntry(
        Words("北京绿岚科技有限公司", "Beijing Lulan Technology Co., Ltd."),
        "91110108MADEM0X11A",
        "false_statement",
        "application",
        "虚构条目：演示企业在申请中填报的发电量与电网结算单不符，经核查为虚构数据。",
        "in_force",
    ),
    DemoEntry(
        Words(
            "甘肃清尘演示固废处置有限公司（虚构）", "Gansu Qingchen Demonstration Waste (made up)"
        ),
        "91620100MADEM0X2X4",
        "obstruction",
        "verification_refused",
        "虚构条目：演示企业两次拒绝第三方核查人员进入现场。",
        "in_force",
    ),
    DemoEntry(
        Words(
            "安徽砺石演示建材有限公司（虚构）",
            "Anhui Lishi Demonstration Building Materials (made up)",
        ),
        "91340100MADEM0X388",
        "benefit_sold_twice",
        "same_benefit",
        "虚构条目：演示企业将同一年度的减排量先后转让给两家机构。",
        "noticed",
    ),
)


def play_entries(
    session: Session, settings: Settings, cast: Cast, begin: datetime, until: datetime
) -> None:
    """Propose and give notice long enough ago, put in force before the projects apply; what is only
    noticed was so the day before yesterday."""
    proof = _proof(settings)
    noticed = [_propose(session, settings, cast, one, proof, begin) for one in _entered()]
    for one, entry_id in zip(_entered(), noticed, strict=True):
        now = begin + _ENTERED_AFTER
        term = longest_term(GROUNDS[one.ground], one.case, legal_date(now))
        restriction.enter(
            session,
            entry_id=entry_id,
            to_day=term.to_day,
            review_on=term.review_on,
            reason="告知期满，对象未陈述申辩；事实清楚，依据充分。",
            by=cast.actor(session, "restrictor", now),
            now=now,
        )
    for one in ENTRIES:
        if one.stage == "noticed":
            _propose(session, settings, cast, one, proof, until - timedelta(hours=6))


def _entered() -> list[DemoEntry]:
    return [one for one in ENTRIES if one.stage == "in_force"]


def _propose(
    session: Session,
    settings: Settings,
    cast: Cast,
    one: DemoEntry,
    proof: Proof,
    now: datetime,
) -> int:
    first = legal_date(now)
    term = longest_term(GROUNDS[one.ground], one.case, first)
    made = restriction.propose(
        session,
        values={
            "name_zh": one.name.zh,
            "name_en": one.name.en,
            "uscc": one.uscc,
            "ground": one.ground,
            "case_code": one.case,
            "decision_number": "演示〔2026〕1号",
            "issuing_body": settings.issuer_name_zh,
            "facts": one.facts,
            "from_day": first,
            "to_day": term.to_day,
        },
        review_on=term.review_on,
        proof=proof,
        by=cast.actor(session, "officer", now),
        now=now,
    )
    restriction.notify(
        session,
        entry_id=made.id,
        base_url=settings.base_url,
        by=cast.actor(session, "officer", now + timedelta(hours=3)),
        now=now + timedelta(hours=3),
    )
    return made.id


def _proof(settings: Settings) -> Proof:
    """A page that says what it is: evidence that was made up for the demonstration."""
    pdf = pikepdf.Pdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    text = b"BT /F1 16 Tf 72 760 Td (Demonstration: this evidence is made up.) Tj ET"
    page.Contents = pdf.make_stream(text)
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return restriction_draft.keep_proof(
        settings.evidence_folder,
        "演示决定书.pdf",
        out.getvalue(),
        limit_bytes=settings.upload_limit_bytes,
    )
