"""The letter of a refusal as it stands on a page, in both languages: the same for the applicant who
reads it and for the reviewer who is about to send it."""

from dataclasses import dataclass
from datetime import date

from registry.models import Application, Decision, Organisation
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
    clause: Words | None
    written: str
    appeal: Words

    @property
    def dated(self) -> Words:
        return Words(day(self.decided_on, "zh"), day(self.decided_on, "en"))


def clause_of(reason_code: str, written: str = "") -> Words | None:
    """The one that the reason stands on, in both languages, unless another was written."""
    known = CLAUSES.get(reason_code)
    if not written or (known is not None and written in known):
        return known
    return Words(written, written)


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
    return Letter(
        title=TITLES[event],
        reference=application.number or "",
        to=Words(owner.name_zh, owner.name_en or owner.name_zh),
        project=Words(application.title_zh, application.title_en or application.title_zh),
        decided_on=decided_on,
        decision=DECISIONS[event],
        reason=REASONS.get(reason_code, Words("", "")),
        clause=clause_of(reason_code, clause),
        written=written,
        appeal=_appeal(appeal_until),
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
