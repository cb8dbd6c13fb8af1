"""The papers of a case: receipt of a submission, letter of refusal, assessment report.

Each takes plain values and says what must be said: what was received and its digest; why it was
refused, by which clause, and how to appeal until when; every rule with input, threshold and points.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from registry.documents.content import Grade, Issuer, Rulebook
from registry.documents.days import day_en, day_zh
from registry.documents.paper import (
    Block,
    Cell,
    Curve,
    Fact,
    Facts,
    Paper,
    Paragraphs,
    Table,
    Written,
)
from registry.documents.wording import BEIJING
from registry.words import Words

DIGEST = Words("摘要", "SHA-256")


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """What every paper of one case has in common."""

    reference: str
    issuer: Issuer
    dated: date
    organisation: Words
    project: Words
    test_key: bool
    demo: bool


@dataclass(frozen=True, kw_only=True)
class ReceivedFile:
    name: str
    sha256: str
    size: int


def receipt(
    head: Letterhead,
    *,
    application: str,
    version: int,
    submitted_at: datetime,
    digest: str,
    files: tuple[ReceivedFile, ...],
    decide_by: date | None = None,
) -> Paper:
    """What was submitted, when, and by which digests it can be known again."""
    local = submitted_at.astimezone(BEIJING)
    when = Words(f"{day_zh(local)} {local:%H:%M}", f"{day_en(local)}, {local:%H:%M} (UTC+8)")
    facts = [
        *_case(head, application),
        Fact(label=Words("版本", "Version"), value=_both(str(version))),
        Fact(label=Words("收到时间", "Received"), value=when),
        Fact(label=Words("申报内容摘要", "SHA-256 of the submission"), value=_both(digest)),
    ]
    if decide_by is not None:
        by = Words(day_zh(decide_by), day_en(decide_by))
        facts.append(Fact(label=Words("预计答复日", "Answer expected by"), value=by))
    blocks = [
        Facts(heading=Words("收到的申报", "What was received"), facts=tuple(facts)),
        *((_file_table(files),) if files else ()),
        Paragraphs(
            heading=Words("说明", "Please note"),
            texts=(
                Words(
                    "本回执只证明上述内容于所载时间收到，不表示受理或通过。",
                    "This receipt proves only that the above was received at the time given. It is "
                    "neither an acceptance nor an approval.",
                ),
                Words(
                    "妥善保存原件：摘要可证明日后出示的文件与所提交的一致。",
                    "Keep the originals: the digests prove that a file shown later is the one that "
                    "was submitted.",
                ),
            ),
        ),
    ]
    return _paper("receipt", head, Words("申报回执", "Receipt of a Submission"), tuple(blocks))


def refusal(
    head: Letterhead,
    *,
    application: str,
    decision: Literal["ineligible", "rejected"],
    reason: Words,
    clause: Words,
    written: tuple[str, ...],
    written_in: Literal["zh", "en"],
    appeal_until: date | None,
    appeal_address: str,
) -> Paper:
    """Why an application was refused, by which clause, and the way on."""
    said = {
        "ineligible": Words("不予受理", "not taken up for assessment"),
        "rejected": Words("不予通过", "rejected after assessment"),
    }[decision]
    facts = (
        *_case(head, application),
        Fact(label=Words("决定", "Decision"), value=said),
        Fact(label=Words("理由", "Reason"), value=reason),
        Fact(label=Words("依据", "Clause"), value=clause),
    )
    blocks = (
        Facts(heading=Words("决定", "The decision"), facts=facts),
        Written(
            heading=Words("理由说明", "The reasons in full"), texts=written, language=written_in
        ),
        Paragraphs(
            heading=Words("如不同意本决定", "If you disagree"),
            texts=(_appeal(appeal_until, appeal_address),),
        ),
    )
    return _paper("refusal", head, Words("决定通知书", "Letter of Decision"), blocks)


def _appeal(until: date | None, address: str) -> Words:
    if until is None:
        return Words(
            "本决定不设复议期。情况变化后可重新申报。",
            "No appeal is open against this decision. You may apply again when circumstances change.",
        )
    return Words(
        f"可于 {day_zh(until)} 前在 {address} 提出复议，由未参与本决定的人员处理。"
        "复议不影响重新申报。",
        f"You may appeal until {day_en(until)} at {address}. The appeal is decided by people who "
        "had no part in this decision, and does not stop you from applying again.",
    )


@dataclass(frozen=True, kw_only=True)
class RuleRow:
    """One rule as it came out; `points` and `possible` are printed as given, and so is an `input` that is
    a bare number or code."""

    name: Words
    clause: Words
    input: Words | str
    threshold: Words
    outcome: Words
    points: str
    possible: str
    curve: Curve | None = None


@dataclass(frozen=True, kw_only=True)
class RuleGroup:
    """A category with its rules and its sum."""

    name: Words
    rows: tuple[RuleRow, ...]


def report(
    head: Letterhead,
    *,
    application: str,
    rulebook: Rulebook,
    grade: Grade | None,
    score: str,
    applicable: str,
    coverage: str,
    groups: tuple[RuleGroup, ...],
    unknown: tuple[Words, ...] = (),
    raises: tuple[Words, ...] = (),
) -> Paper:
    """Every rule with its input, threshold, points and clause; what was unknown; what would help."""
    named = grade.name if grade else Words("不定级", "no grade")
    facts = (
        *_case(head, application),
        Fact(label=Words("等级", "Grade"), value=named),
        Fact(label=Words("得分", "Score"), value=_both(f"{score} / 100")),
        Fact(label=Words("适用权重", "Applicable weight"), value=_both(applicable)),
        Fact(label=Words("已答权重", "Coverage"), value=_both(coverage)),
        Fact(
            label=Words("评价规则", "Rulebook"),
            value=Words(
                f"{rulebook.title.zh}（{rulebook.id} {rulebook.version}）",
                f"{rulebook.title.en} ({rulebook.id} {rulebook.version})",
            ),
        ),
        Fact(label=Words("规则摘要", "Rulebook SHA-256"), value=_both(rulebook.sha256)),
    )
    blocks: list[Block] = [
        Facts(heading=Words("结果", "The result"), facts=facts),
        *(_rule_table(group) for group in groups),
    ]
    for heading, texts in (
        (Words("未知或未核实", "Unknown or unverified"), unknown),
        (Words("最能提高等级的事项", "What would raise the grade most"), raises),
    ):
        if texts:
            blocks.append(Paragraphs(heading=heading, texts=texts))
    blocks.append(Paragraphs(heading=Words("说明", "Please note"), texts=(_CAREFUL,)))
    return _paper("report", head, Words("评审报告", "Assessment Report"), tuple(blocks))


_CAREFUL = Words(
    "本报告不是评级、担保、要约、鉴证意见或绿色债券核查意见，也不作为碳信用。未注明实测的数字均为事前估算。",
    "Not a rating, guarantee, offer, assurance opinion, green-bond verification or carbon credit. "
    "Figures not marked as measured are ex-ante estimates.",
)


def _rule_table(group: RuleGroup) -> Table:
    rows = tuple(
        (
            Cell(words=row.name),
            Cell(words=row.input) if isinstance(row.input, Words) else Cell(value=row.input),
            Cell(words=row.threshold, curve=row.curve),
            Cell(words=row.outcome),
            Cell(value=f"{row.points} / {row.possible}" if row.possible != "0.00" else "—"),
            Cell(words=row.clause),
        )
        for row in group.rows
    )
    columns = (
        Words("规则", "Rule"),
        Words("输入", "Input"),
        Words("标准", "Threshold"),
        Words("结果", "Outcome"),
        Words("得分", "Points"),
        Words("依据", "Clause"),
    )
    return Table(heading=group.name, columns=columns, widths=(24, 14, 22, 11, 10, 19), rows=rows)


def _file_table(files: tuple[ReceivedFile, ...]) -> Table:
    rows = tuple(
        (Cell(value=one.name), Cell(value=f"{one.size:,}"), Cell(value=one.sha256)) for one in files
    )
    columns = (Words("文件", "File"), Words("字节", "Bytes"), DIGEST)
    return Table(
        heading=Words("收到的文件", "Files received"),
        columns=columns,
        widths=(27, 10, 63),
        rows=rows,
    )


def _case(head: Letterhead, application: str) -> tuple[Fact, ...]:
    return (
        Fact(label=Words("申报编号", "Application"), value=_both(application)),
        Fact(label=Words("项目", "Project"), value=head.project),
        Fact(label=Words("申报单位", "Applicant"), value=head.organisation),
    )


def _both(text: str) -> Words:
    return Words(text, text)


def _paper(
    kind: str,
    head: Letterhead,
    title: Words,
    blocks: tuple[Block, ...],
) -> Paper:
    return Paper(
        kind=kind,
        reference=head.reference,
        title=title,
        issuer=head.issuer,
        dated=head.dated,
        addressee=head.organisation,
        blocks=blocks,
        test_key=head.test_key,
        demo=head.demo,
    )
