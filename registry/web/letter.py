"""The letter of a refusal as it stands on a page, in both languages: the same for the applicant who
reads it and for the reviewer who is about to send it."""

from dataclasses import dataclass
from datetime import date

from registry.models import Application, Decision, Organisation
from registry.queries.rulebook import pinned
from registry.rules.rulebook import Rulebook
from registry.web import edge
from registry.words import Words
from registry.words.formats import day
from registry.words.reasons import CLAUSES, REASONS

DECISIONS: dict[str, Words] = {
    "ineligible": Words("不予受理", "not taken up for assessment"),
    "reject": Words("不予通过", "rejected after assessment"),
}
TITLES: dict[str, Words] = {
    "ineligible": Words("不予受理通知书", "Notice that an application is not taken up"),
    "reject": Words("不予通过通知书", "Notice of rejection"),
}


@dataclass(frozen=True)
class Letter:
    """A refusal with its reason, clause and the way on. `written` is in one language only: the
    words of whoever decided. No reviewer is named."""

    title: Words
    reference: str
    to: Words
    project: Words
    decided_on: date
    decision: Words
    reason: Words
    clause: Words
    written: str
    appeal_until: date | None
    appeal: Words
    issuer: Words

    @property
    def dated(self) -> Words:
        return _day(self.decided_on)

    @property
    def last_day(self) -> Words:
        """The last day on which an appeal may be filed."""
        return _day(self.appeal_until)


def _day(on: date | None) -> Words:
    return Words(day(on, "zh"), day(on, "en"))


def clause_of(reason_code: str, written: str, book: Rulebook) -> Words:
    """The clause that was written, else the one that the reason stands on, in both languages, else
    the rulebook by which the case was judged."""
    known = CLAUSES.get(reason_code)
    if written and (known is None or written not in known):
        return Words(written, written)
    return known or Words(f"{book.name.zh} {book.version}", f"{book.name.en} {book.version}")


def letter(
    application: Application,
    owner: Organisation,
    *,
    event: str,
    reason_code: str,
    clause: str,
    written: str,
    decided_on: date,
    appeal_until: date | None,
) -> Letter:
    """A letter from what is decided, or is about to be."""
    settings = edge.settings()
    return Letter(
        title=TITLES[event],
        reference=application.number or "",
        to=Words(owner.name_zh, owner.name_en or owner.name_zh),
        project=Words(application.title_zh, application.title_en or application.title_zh),
        decided_on=decided_on,
        decision=DECISIONS[event],
        reason=REASONS.get(reason_code, Words(reason_code, reason_code)),
        clause=clause_of(reason_code, clause, pinned(application)),
        written=written,
        appeal_until=appeal_until,
        appeal=_appeal(appeal_until),
        issuer=Words(settings.issuer_name_zh, settings.issuer_name_en),
    )


def letter_of(
    application: Application, owner: Organisation, decision: Decision, decided_on: date
) -> Letter:
    """The letter of a decision that was made; `decided_on` is its legal day."""
    return letter(
        application,
        owner,
        event=decision.event,
        reason_code=decision.reason_code,
        clause=str(decision.conditions.get("clause", "")),
        written=decision.reason,
        decided_on=decided_on,
        appeal_until=decision.appeal_until,
    )


def _appeal(until: date | None) -> Words:
    if until is None:
        return Words(
            "本决定不设复议期。情况变化后可重新申报。",
            "No appeal is open against this decision. You may apply again when things change.",
        )
    return Words(
        f"如不同意本决定，签章人可于 {day(until, 'zh')}（含当日）前在平台上申请复议，由未参与本案的"
        "人员处理。复议不影响重新申报。",
        f"If you disagree, a signatory may appeal on this site until {day(until, 'en')}. People who "
        "took no part in the case decide on it. An appeal does not stop you from applying again.",
    )
