"""Print a case's papers from what is stored, and keep each once under its digest.

Nothing is decided here: a paper says what a version, a decision or an assessment says already.
"""

from datetime import datetime
from pathlib import Path

from sqlmodel import Session, select

from registry.config import Settings
from registry.documents import letters, paper
from registry.documents.certificate import SIGNATURE_BYTES
from registry.documents.content import Grade, Issuer, Rulebook
from registry.documents.letters import Letterhead, ReceivedFile
from registry.documents.signing import Signer, sign
from registry.models import (
    Application,
    ApplicationVersion,
    Assessment,
    CasePaper,
    Decision,
    EvidenceFile,
    Organisation,
)
from registry.operations.audit import record
from registry.operations.case import subject_of
from registry.operations.evidence import store
from registry.operations.paper_report import groups_of, raises_of, unknown_of
from registry.queries.paper import RECEIPT, REFUSAL, Wanted
from registry.queries.rulebook import pinned
from registry.rules.assessment import Assessment as Found
from registry.rules.calendar import legal_date
from registry.rules.permissions import service
from registry.words import Words
from registry.words.reasons import CLAUSES, REASONS

PRINTER = service("worker")


def content_of(
    session: Session, wanted: Wanted, *, settings: Settings, signer: Signer
) -> tuple[int, paper.Paper]:
    """The case and its paper as frozen values."""
    if wanted.kind == RECEIPT:
        version = session.get_one(ApplicationVersion, wanted.about_id)
        application = session.get_one(Application, version.application_id)
        head = _head(session, application, settings, signer, version.submitted_at)
        return application.id, _receipt(session, head, application, version)
    decision = session.get_one(Decision, wanted.about_id)
    application = session.get_one(Application, decision.application_id)
    head = _head(session, application, settings, signer, decision.decided_at)
    if wanted.kind == REFUSAL:
        return application.id, _refusal(head, application, decision, settings)
    return application.id, _report(session, head, application, decision)


def _head(
    session: Session, application: Application, settings: Settings, signer: Signer, at: datetime
) -> Letterhead:
    owner = session.get_one(Organisation, application.organisation_id)
    return Letterhead(
        reference=application.number or "",
        issuer=Issuer(
            name=Words(settings.issuer_name_zh, settings.issuer_name_en),
            seal=settings.seal_text,
            accent=settings.issuer_accent,
            logo=settings.issuer_logo.read_bytes() if settings.issuer_logo else None,
        ),
        dated=legal_date(at),
        organisation=Words(owner.name_zh, owner.name_en or owner.name_zh),
        project=Words(application.title_zh, application.title_en or application.title_zh),
        test_key=signer.is_test,
        demo=settings.demo,
    )


def _receipt(
    session: Session, head: Letterhead, application: Application, version: ApplicationVersion
) -> paper.Paper:
    names = dict(
        session.exec(
            select(EvidenceFile.id, EvidenceFile.file_name).where(
                EvidenceFile.application_id == application.id
            )
        ).all()
    )
    return letters.receipt(
        head,
        application=application.number or "",
        version=version.no,
        submitted_at=version.submitted_at,
        digest=version.digest,
        files=tuple(
            ReceivedFile(
                name=names.get(int(file_id), file_id), sha256=one["sha256"], size=one["bytes"]
            )
            for file_id, one in sorted(version.files.items(), key=lambda pair: int(pair[0]))
        ),
    )


def _refusal(
    head: Letterhead, application: Application, decision: Decision, settings: Settings
) -> paper.Paper:
    code = decision.reason_code
    book = pinned(application)
    by_the_rules = Words(f"{book.name.zh} {book.version}", f"{book.name.en} {book.version}")
    written = str(decision.conditions.get("clause", ""))
    known = CLAUSES.get(code)
    clause = known or by_the_rules
    if written and (known is None or written not in known):
        clause = Words(written, written)
    return letters.refusal(
        head,
        application=application.number or "",
        decision="ineligible" if decision.event == "ineligible" else "rejected",
        reason=REASONS.get(code, Words(code, code)),
        clause=clause,
        written=tuple(line for line in decision.reason.splitlines() if line.strip()),
        written_in="zh" if any("\u4e00" <= sign <= "\u9fff" for sign in decision.reason) else "en",
        appeal_until=decision.appeal_until,
        appeal_address=f"{settings.base_url}/applications/{application.id}/appeal",
    )


def _report(
    session: Session, head: Letterhead, application: Application, decision: Decision
) -> paper.Paper:
    stored = session.get_one(Assessment, decision.assessment_id)
    book = pinned(stored)
    found = Found.from_record(stored.result)
    grade = book.grade_by_id.get(found.grade)
    ranked = [one.id for one in book.grades]
    return letters.report(
        head,
        application=application.number or "",
        rulebook=Rulebook(
            id=book.id,
            title=Words(book.name.zh, book.name.en),
            version=book.version,
            sha256=book.sha256,
        ),
        grade=Grade(
            code=grade.id,
            name=Words(grade.name.zh, grade.name.en),
            rank=len(ranked) - ranked.index(grade.id),
            ranks=len(ranked),
        )
        if grade is not None
        else None,
        score=f"{found.total_centipoints / 100:.2f}",
        applicable=f"{found.applicable_weight_bp / 100:g} %",
        coverage=f"{found.coverage_bp / 100:g} %",
        groups=groups_of(found, book),
        unknown=unknown_of(found, book),
        raises=raises_of(found, book),
    )


def printed(content: paper.Paper, *, signer: Signer, now: datetime) -> bytes:
    """The signed document."""
    room = max(signer.signature_bytes, SIGNATURE_BYTES)
    return sign(paper.render(content, now=now, signature_bytes=room), signer, now=now)


def keep(
    session: Session,
    wanted: Wanted,
    *,
    application_id: int,
    pdf: bytes,
    folder: Path,
    signer: Signer,
    now: datetime,
) -> CasePaper | None:
    """Keep a printed paper, once; None where another worker was quicker. Logged by its digest."""
    known = session.exec(
        select(CasePaper.id).where(
            CasePaper.kind == wanted.kind, CasePaper.about_id == wanted.about_id
        )
    ).first()
    if known is not None:
        return None
    row = CasePaper(
        application_id=application_id,
        kind=wanted.kind,
        about_id=wanted.about_id,
        sha256=store(folder, pdf),
        signer_fingerprint=signer.fingerprint,
        is_test=signer.is_test,
        printed_at=now,
    )
    session.add(row)
    session.flush()
    application = session.get_one(Application, application_id)
    body = {"case": subject_of(application), "kind": row.kind, "pdf_sha256": row.sha256}
    record(
        session,
        kind="paper.printed",
        subject=f"case_paper:{row.id}",
        body=body,
        by=PRINTER,
        now=now,
    )
    return row
