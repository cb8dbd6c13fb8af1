"""What a certificate says about a case, gathered from what is stored; no sentence is made here."""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from registry import reference
from registry.config import Settings
from registry.documents.attached import FACTORS_NAME, RULEBOOK_NAME, pack_rulebook
from registry.documents.content import (
    Abatement,
    CertificateContent,
    Energy,
    Factors,
    Grade,
    Issuer,
    Rulebook,
    Screening,
    Unsettled,
    YearlyFigure,
)
from registry.documents.evidence import without_used
from registry.documents.recompute import openings_file, printed_amount
from registry.documents.signing import Signer
from registry.models import (
    Application,
    ApplicationVersion,
    Certificate,
    Judgement,
    Organisation,
    ScreeningHit,
    ScreeningRun,
)
from registry.models import Assessment as StoredAssessment
from registry.operations.assessment import judged_until
from registry.queries import codes
from registry.queries.assessment import ASSESSED, newest_assessment
from registry.queries.case import newest_run
from registry.queries.reference import edition_with, zone_with
from registry.queries.rulebook import files, pinned
from registry.rules import answers as rule_answers
from registry.rules import canonical, chain
from registry.rules.assessment import Assessment, BenefitFigure
from registry.rules.calendar import legal_date
from registry.rules.rulebook import Bilingual
from registry.rules.rulebook import Rulebook as Book
from registry.words import Words
from registry.words.factors import FACTOR_TABLES, factor_row_words
from registry.words.roles import ROLES

MOST_NAMED_ASSUMPTIONS = 6


class NotScored(LookupError):
    """A listed case without an assessor's score: nothing can be certified."""


def status_url(settings: Settings, certificate: Certificate) -> str:
    return f"{settings.base_url}/c/{certificate.number}/{certificate.token}"


def content_for(
    session: Session, certificate: Certificate, *, settings: Settings, signer: Signer
) -> tuple[CertificateContent, dict[str, Any], dict[str, str], dict[str, bytes]]:
    """The content, the re-computable assessment for the evidence, the openings of what the
    applicant did not agree to disclose, and the files that the score is computed with."""
    application = session.get_one(Application, certificate.application_id)
    owner = session.get_one(Organisation, application.organisation_id)
    stored = newest_assessment(session, application, ASSESSED)
    run = newest_run(session, application)
    if stored is None or run is None:
        raise NotScored(f"application {application.id}")
    book = pinned(stored)
    found = Assessment.from_record(stored.result)
    content = CertificateContent(
        number=certificate.number,
        project=Words(application.title_zh, application.title_en or application.title_zh),
        owner=Words(owner.name_zh, owner.name_en or owner.name_zh),
        owner_code=owner.uscc,
        zone=_zone(session, application.zone_id),
        **_class_of(session, application),
        grade=_grade(application.grade, book),
        centipoints=found.total_centipoints,
        applicable_bp=found.applicable_weight_bp,
        coverage_bp=found.coverage_bp,
        evidence_tier=_tier(session, application),
        abatement=_abatement(found),
        energy=_energy(found),
        rulebook=Rulebook(
            id=book.id, title=_words(book.name), version=book.version, sha256=book.sha256
        ),
        screening=_screening(session, run),
        unsettled=_unsettled(session, application, found, book),
        **_attributes(application, _discloses(_version(session, application, stored))),
        valid_from=certificate.valid_from,
        valid_to=certificate.valid_to,
        replaces=_number_replaced(session, certificate),
        issuer=Issuer(
            name=Words(settings.issuer_name_zh, settings.issuer_name_en),
            seal=settings.seal_text,
            accent=settings.issuer_accent,
            logo=settings.issuer_logo.read_bytes() if settings.issuer_logo else None,
        ),
        signer_fingerprint=signer.fingerprint,
        status_url=status_url(settings, certificate),
        test_key=signer.is_test,
        demo=settings.demo,
        demo_assumptions=_assumptions(application, book),
    )
    return content, *_recomputable(session, application, stored, book)


def _number_replaced(session: Session, certificate: Certificate) -> str:
    if certificate.supersedes_id is None:
        return ""
    return session.get_one(Certificate, certificate.supersedes_id).number


def _words(said: Bilingual) -> Words:
    return Words(said.zh, said.en)


def _zone(session: Session, zone_id: str) -> Words | None:
    zone = zone_with(session, zone_id)
    return Words(zone["name_zh"], zone["name_en"] or zone["name_zh"]) if zone is not None else None


def _class_of(session: Session, application: Application) -> dict[str, Any]:
    code = application.catalogue_code
    edition = edition_with(session, application.catalogue_edition)
    item = codes.named(session, "catalogue_items", code, edition=application.catalogue_edition)
    return {
        "catalogue_edition": Words(edition["name_zh"], edition["name_en"])
        if edition is not None
        else Words(application.catalogue_edition, application.catalogue_edition),
        "catalogue_code": code,
        "catalogue_class": Words(item.name_zh, item.name_en or item.name_zh)
        if item is not None
        else Words("条目未导入本平台", "item not loaded into this registry"),
    }


def _grade(code: str, book: Book) -> Grade:
    best_first = [grade.id for grade in book.grades]
    grade = book.grade_by_id[code]
    return Grade(
        code=code,
        name=_words(grade.name),
        rank=len(best_first) - best_first.index(code),
        ranks=len(best_first),
    )


def _tier(session: Session, application: Application) -> str:
    found = session.exec(
        select(Judgement.value)
        .where(
            Judgement.application_id == application.id,
            Judgement.rule_id == "evidence_tier",
        )
        .order_by(col(Judgement.id).desc())
        .limit(1)
    ).first()
    return found or "T0"


def _figure(figure: BenefitFigure | None) -> YearlyFigure | None:
    if figure is None or not figure.central:
        return None
    return YearlyFigure(
        value=printed_amount(figure.central),
        unit=figure.unit.split("/")[0],
        factors=_factors(figure),
    )


def _factors(figure: BenefitFigure) -> Factors:
    """The row that decides the figure most: a grid pair before anything else."""
    rows = sorted(figure.rows, key=lambda row: FACTOR_TABLES.index(row.split("/")[0]))
    if not rows:
        return Factors(name=Words("申报数据", "declared data"), year=0)
    year = next((int(p) for p in reversed(rows[0].split("/")) if p.isdigit() and len(p) == 4), 0)
    return Factors(name=factor_row_words(rows[0], with_year=False), year=year)


def _abatement(found: Assessment) -> Abatement | None:
    figure = found.benefit("abatement")
    printed = _figure(figure)
    if figure is None or printed is None:
        return None
    today = None
    if figure.today and figure.today != figure.central:
        newest = _newest_grid(figure)
        today = YearlyFigure(value=printed_amount(figure.today), unit=printed.unit, factors=newest)
    return Abatement(figure=printed, basis="ex_ante", today=today)


def _newest_grid(figure: BenefitFigure) -> Factors:
    """The pair that today's figure stands on: the newest vintage of the same grid."""
    pinned = _factors(figure)
    grids = [row.split("/")[1] for row in figure.rows if row.startswith("grid_om_bm/")]
    vintages = [
        row.vintage for row in reference.grid_margin_factors() if grids and row.grid == grids[0]
    ]
    return Factors(name=pinned.name, year=max(vintages, default=pinned.year))


def _energy(found: Assessment) -> Energy | None:
    for id_, effect in (("coal_displaced", "displaced"), ("energy_saved", "saved")):
        printed = _figure(found.benefit(id_))
        if printed is not None:
            return Energy(figure=printed, effect=effect, basis="ex_ante")  # type: ignore[arg-type]
    return None


def _screening(session: Session, run: ScreeningRun) -> Screening:
    hits = session.exec(
        select(ScreeningHit.id).where(
            ScreeningHit.run_id == run.id, col(ScreeningHit.is_runner_up).is_(False)
        )
    ).all()
    outcome: Any = "cleared" if hits else "no_match"
    if run.list_version == 0:
        outcome = "not_loaded"
    return Screening(
        list_version=str(run.list_version),
        list_sha256=run.list_sha256,
        at=run.made_at,
        outcome=outcome,
    )


def _unsettled(
    session: Session, application: Application, found: Assessment, book: Book
) -> tuple[Unsettled, ...]:
    """What was unknown or unverified, and in which role somebody settled it: never a name."""
    judged = {
        row.rule_id: row
        for row in session.exec(
            select(Judgement)
            .where(Judgement.application_id == application.id)
            .order_by(col(Judgement.id))
        ).all()
    }
    items = []
    for matter in found.matters:
        rule = book.rule_by_id.get(matter.subject)
        name = _words(rule.name) if rule is not None else factor_row_words(matter.subject)
        word = judged.get(matter.id)
        items.append(
            Unsettled(
                item=name,
                status="unverified" if matter.code == "unverified" else "unknown",
                settled_by=ROLES[word.role] if word is not None else None,
                settled_on=legal_date(word.made_at) if word is not None else None,
            )
        )
    return tuple(items)


def _attributes(application: Application, disclosed: bool) -> dict[str, Any]:
    """Whether they are sold is public; to whom and how much is a trade secret."""
    said = application.answers.get("attributes", "retained")
    details = application.answers.get("attributes_details", "") if disclosed else ""
    return {
        "attributes": "retained" if said == "retained" else "sold",
        "attributes_note": Words(details, details) if details and said != "retained" else None,
    }


def _assumptions(application: Application, book: Book) -> tuple[Words, ...]:
    fields = application.assumed.get("fields", [])
    named = [_words(book.input_by_id[f].name) for f in fields if f in book.input_by_id]
    named += [Words(**extra) for extra in application.assumed.get("others", [])]
    if len(named) <= MOST_NAMED_ASSUMPTIONS:
        return tuple(named)
    more = len(named) - MOST_NAMED_ASSUMPTIONS
    return (*named[:MOST_NAMED_ASSUMPTIONS], Words(f"等另外 {more} 项", f"and {more} more"))


def _recomputable(
    session: Session, application: Application, stored: StoredAssessment, book: Book
) -> tuple[dict[str, Any], dict[str, str], dict[str, bytes]]:
    """Inputs and result for the evidence, the openings of sealed inputs, and the attachments that
    the score is computed with. A trade secret stands in the evidence only by consent, else as a
    salted commitment that the holder can open."""
    version = _version(session, application, stored)
    consents = _discloses(version)
    inputs, commitments, openings = _inputs(version.answers, book, consents)
    judged, settled = judged_until(session, application, stored.made_at)
    result = stored.result if consents else _without_secrets(stored.result, book)
    told = {
        "kind": application.kind,
        "as_of": stored.as_of.isoformat(),
        "inputs": {**inputs, **judged},
        "commitments": commitments,
        "settled": settled,
        "found": stored.found,
        "rulebook_sha256": stored.rulebook_sha256,
        "reference_sha256": stored.reference_sha256,
        "result_sha256": stored.result_sha256,
        "result": without_used(result),
    }
    if stored.consulted is None:  # scored before the looked-up rows were kept
        return told, openings, {}
    factors = canonical.dumps(stored.consulted)
    told["factors_sha256"] = hashlib.sha256(factors).hexdigest()
    packed = pack_rulebook(files(session, book.id, book.version))
    return told, openings, {FACTORS_NAME: factors, RULEBOOK_NAME: packed}


def _version(
    session: Session, application: Application, stored: StoredAssessment
) -> ApplicationVersion:
    return session.exec(
        select(ApplicationVersion).where(
            ApplicationVersion.application_id == application.id,
            ApplicationVersion.no == stored.version_no,
        )
    ).one()


def _discloses(version: ApplicationVersion) -> bool:
    return bool(version.declarations.get("discloses_trade_secrets"))


def opened_by_holder(session: Session, certificate: Certificate, evidence: bytes) -> bytes | None:
    """The file that opens what the certificate seals; None where it seals nothing."""
    if not certificate.openings:
        return None
    application = session.get_one(Application, certificate.application_id)
    stored = newest_assessment(session, application, ASSESSED)
    if stored is None:
        raise NotScored(f"application {application.id}")
    said = rule_answers.canonical(pinned(stored), _version(session, application, stored).answers)
    opened = {field: (said[field], salt) for field, salt in certificate.openings.items()}
    return openings_file(certificate.number, evidence, opened)


def _inputs(
    said: Mapping[str, str], book: Book, consents: bool
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    plain, commitments, openings = {}, {}, {}
    for field, value in rule_answers.canonical(book, said).items():
        if consents or not book.input_by_id[field].trade_secret:
            plain[field] = value
            continue
        salt = secrets.token_bytes(32)
        commitments[field] = chain.commitment(salt, f"{field}={value}")
        openings[field] = salt.hex()
    return plain, commitments, openings


def _without_secrets(result: Mapping[str, Any], book: Book) -> dict[str, Any]:
    """The result rule by rule, without what is a trade secret or was computed from one."""
    secret = {declared.id for declared in book.inputs if declared.trade_secret}
    rules = [
        {**rule, "used": [], "value": ""}
        if any(used["id"] in secret for used in rule["used"])
        else rule
        for rule in result["rules"]
    ]
    benefits = [{**benefit, "share": ""} for benefit in result["benefits"]]
    return {**result, "rules": rules, "benefits": benefits}
