"""The words of a certificate's page, from its content alone: the template only arranges them.

The verifier builds the same page again from the evidence and compares, so nothing may be written
in the template that does not come from here. Words that change get a new edition, which is the
number of the evidence's schema, and the earlier ones stay beside them for the pages printed so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta, timezone
from decimal import Decimal

from registry.documents.content import CertificateContent, Energy, Grade, YearlyFigure
from registry.documents.days import day_en, day_zh
from registry.documents.unsettled import lines, lines_of_edition_2
from registry.words import Words

EDITION = 3
EDITIONS = (2, EDITION)
BEIJING = timezone(timedelta(hours=8))  # legal time since 1992; tzdata would be a dependency
TITLE = Words("绿色项目登记证书", "Certificate of Green Project Registration")
NUMBER = Words("证书编号", "Certificate number")
GRADE = Words("等级", "Grade")
SCORE = Words("得分", "Score")
CAREFUL = Words("请注意", "Please note")
CHECK = Words("扫码查询当前状态", "Scan for the current status")
TEST = Words("测试密钥签发 · 不具效力", "SIGNED WITH A TEST KEY · OF NO EFFECT")
DEMO = Words("演示文件 · 不是证书", "DEMONSTRATION · NOT A CERTIFICATE")
TIERS = {
    "T0": Words("T0 自行申报", "T0 declared"),
    "T1": Words("T1 有文件佐证", "T1 documents"),
    "T2": Words("T2 经第三方核查", "T2 third-party verified"),
    "T3": Words("T3 计量并经核查", "T3 metered and verified"),
}
BASIS = {
    "ex_ante": Words("事前估算，非实测", "ex-ante estimate, not measured"),
    "measured": Words("实测", "measured"),
}
DISCLAIMERS = (
    Words("不作为碳信用。", "Not a carbon credit."),
    Words(
        "不是评级、担保、要约、鉴证意见或绿色债券核查意见。",
        "Not a rating, guarantee, offer, assurance opinion or green-bond verification.",
    ),
    Words(
        "摘要与签名证明内容未被改动，不证明内容属实。",
        "Digests and the signature prove integrity, not truth.",
    ),
    Words(
        "是否仍然有效，以查询页或签名状态清单为准。",
        "Whether it still stands is said by the status page or the signed status list.",
    ),
)


@dataclass(frozen=True)
class Line:
    """One fact: its name and its value in both languages; equal halves are printed once."""

    key: str
    label: Words
    value: Words

    @property
    def shared(self) -> bool:
        return self.value.zh == self.value.en

    def texts(self) -> Iterator[str]:
        yield self.label.zh
        yield self.label.en
        yield self.value.zh
        if not self.shared:
            yield self.value.en


@dataclass(frozen=True)
class Section:
    name: Words
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Page:
    """Everything visible, in reading order."""

    warnings: tuple[Words, ...]
    watermark: str
    issuer: Words
    title: Words
    number: str
    grade: Words
    score: str
    score_notes: tuple[Words, ...]
    sections: tuple[Section, ...]
    careful: tuple[Words, ...]
    seal: str
    status_url: str
    scale: str
    check: Words = CHECK

    def parts(self) -> Iterator[tuple[str, str]]:
        """The page as a reader (or a screen reader) meets it, each text with its field's key."""
        yield from (("warnings", text) for warning in self.warnings for text in warning)
        if self.watermark:
            yield "warnings", self.watermark
        yield from (("issuer", text) for text in self.issuer)
        yield from (("title", text) for text in self.title)
        yield from (("number", text) for text in (*NUMBER, self.number))
        yield from (("grade", text) for text in (*GRADE, *self.grade))
        yield from (("score", text) for text in (*SCORE, self.score, "/ 100"))
        yield from (("score_notes", text) for note in self.score_notes for text in note)
        for section in self.sections:
            for line in section.lines:
                yield from ((line.key, text) for text in line.texts())
        yield from (("careful", text) for text in (CAREFUL.zh, *(one.zh for one in self.careful)))
        yield from (("careful", text) for text in (CAREFUL.en, *(one.en for one in self.careful)))
        if self.seal:
            yield "seal", self.seal
        yield from (("status_url", text) for text in (*self.check, self.status_url))

    def figures(self) -> tuple[str, ...]:
        """What is spoken for the drawings, in order."""
        return (self.scale, f"二维码 QR code: {self.status_url}")


def page(content: CertificateContent, edition: int = EDITION) -> Page:
    """Put the content into the words of an edition."""
    return Page(
        warnings=_warnings(content),
        watermark=_watermark(content),
        issuer=content.issuer.name,
        title=TITLE,
        number=content.number,
        grade=content.grade.name,
        score=_hundredths(content.centipoints),
        score_notes=_score_notes(content),
        sections=(
            Section(Words("项目", "Project"), tuple(_project(content, edition))),
            Section(Words("效益", "Benefit"), tuple(_benefit(content))),
            Section(Words("规则与核验", "Rules and checks"), tuple(_rules(content, edition))),
            Section(Words("效力与凭证", "Validity and proof"), tuple(_proof(content))),
        ),
        careful=_careful(content),
        seal=content.issuer.seal,
        status_url=content.status_url,
        scale=_scale(content.grade),
    )


def _scale(grade: Grade) -> str:
    step = f"{grade.rank}/{grade.ranks}"
    return f"{grade.name.zh}：{step} {grade.name.en}: {grade.rank} of {grade.ranks}"


def _warnings(content: CertificateContent) -> tuple[Words, ...]:
    return ((TEST,) if content.test_key else ()) + ((DEMO,) if content.demo else ())


def _watermark(content: CertificateContent) -> str:
    if content.demo:
        return "演示 DEMO"
    return "测试 TEST" if content.test_key else ""


def _score_notes(content: CertificateContent) -> tuple[Words, ...]:
    weight, coverage = _percent(content.applicable_bp), _percent(content.coverage_bp)
    return (
        Words(f"适用权重 {weight} %", f"Applicable weight {weight} %"),
        Words(f"已答权重 {coverage} %", f"Coverage {coverage} %"),
        TIERS.get(
            content.evidence_tier,
            Words(f"证据等级 {content.evidence_tier}", f"Evidence tier {content.evidence_tier}"),
        ),
    )


def _project(content: CertificateContent, edition: int) -> Iterator[Line]:
    yield Line("project", Words("项目", "Project"), content.project)
    yield Line("owner", Words("业主", "Owner"), content.owner)
    known = Words(content.owner_code, content.owner_code)
    if not content.owner_code and edition > 2:
        known = Words("未登记", "not on record")
    yield Line("owner_code", Words("统一社会信用代码", "USCC"), known)
    outside = Words("不在任何园区内", "outside any zone")
    yield Line("zone", Words("所在园区", "Zone"), content.zone or outside)
    code = f"{content.catalogue_code} " if content.catalogue_code else ""
    named = content.catalogue_class
    yield Line(
        "catalogue_class",
        Words("目录类别", "Catalogue class"),
        Words(code + named.zh, code + named.en),
    )
    yield Line(
        "catalogue_edition", Words("目录版本", "Catalogue edition"), content.catalogue_edition
    )


def _benefit(content: CertificateContent) -> Iterator[Line]:
    if made := content.abatement:
        basis = BASIS[made.basis]
        figure = made.figure
        yield Line(
            "abatement",
            Words("年减排量", "Yearly abatement"),
            Words(
                f"{_thousands(figure.value)} {figure.unit}／年（{basis.zh}）",
                f"{_thousands(figure.value)} {figure.unit} a year ({basis.en})",
            ),
        )
        yield _factors("abatement_factors", Words("所用因子", "Factors used"), figure)
        if made.today:
            yield _today(made.today)
    if energy := content.energy:
        yield from _energy(energy)
    if offset := content.offset:
        yield Line(
            "offset",
            Words("碳信用抵销", "Offset by credits"),
            Words(
                f"{_thousands(offset.value)} {offset.unit}（抵销，不是减排）",
                f"{_thousands(offset.value)} {offset.unit} (an offset, not a reduction)",
            ),
        )
        yield Line("offset_credits", Words("所用碳信用", "Credits cancelled"), offset.credits)
        yield Line("offset_scopes", Words("核算边界", "Boundary"), offset.scopes)
    yield _attributes(content)


def _energy(energy: Energy) -> Iterator[Line]:
    basis, figure = BASIS[energy.basis], energy.figure
    label = {
        "displaced": Words("年替代化石能源", "Fossil energy displaced"),
        "saved": Words("年节能量", "Energy saved"),
    }[energy.effect]
    yield Line(
        "energy",
        label,
        Words(
            f"{_thousands(figure.value)} {figure.unit}／年（{basis.zh}）",
            f"{_thousands(figure.value)} {figure.unit} a year ({basis.en})",
        ),
    )
    yield _factors("energy_factors", Words("折算依据", "Converted by"), figure)


def _factors(key: str, label: Words, figure: YearlyFigure) -> Line:
    name, year = figure.factors.name, figure.factors.year
    dated = Words(f"{name.zh}（{year} 年）", f"{name.en} ({year})")
    return Line(key, label, dated if year else name)


def _today(today: YearlyFigure) -> Line:
    value, name, year = _thousands(today.value), today.factors.name, today.factors.year
    return Line(
        "abatement_today",
        Words("按最新因子", "By today's factors"),
        Words(
            f"{value} {today.unit}／年（{name.zh}，{year} 年）",
            f"{value} {today.unit} a year ({name.en}, {year})",
        ),
    )


def _attributes(content: CertificateContent) -> Line:
    said = {
        "retained": Words("由业主保留", "retained by the owner"),
        "sold": Words("已出售", "sold"),
    }[content.attributes]
    note = content.attributes_note
    return Line(
        "attributes",
        Words("环境属性", "Environmental attributes"),
        Words(f"{said.zh}（{note.zh}）", f"{said.en} ({note.en})") if note else said,
    )


def _rules(content: CertificateContent, edition: int) -> Iterator[Line]:
    book = content.rulebook
    yield Line(
        "rulebook",
        Words("评价规则", "Rulebook"),
        Words(
            f"{book.title.zh}（{book.id} {book.version}）",
            f"{book.title.en} ({book.id} {book.version})",
        ),
    )
    yield _same("rulebook_sha256", Words("规则摘要", "Rulebook SHA-256"), book.sha256)
    yield _screening(content)
    if content.screening.list_sha256:
        yield _same(
            "screening_sha256",
            Words("名单摘要", "List SHA-256"),
            content.screening.list_sha256,
        )
    unsettled = lines_of_edition_2 if edition == 2 else lines
    yield from (Line(*said) for said in unsettled(content.unsettled))


def _screening(content: CertificateContent) -> Line:
    done = content.screening
    local = done.at.astimezone(BEIJING)
    at = f"{local:%H:%M}"
    when_zh, when_en = f"{day_zh(local)} {at}", f"{day_en(local)}, {at} (UTC+8)"
    version = done.list_version
    said = {
        "no_match": Words(
            f"{when_zh} 比对名单 {version}：无匹配",
            f"no match on list {version} at {when_en}",
        ),
        "cleared": Words(
            f"{when_zh} 比对名单 {version}：疑似匹配经两人复核排除",
            f"a possible match on list {version} at {when_en} was ruled out by two persons",
        ),
        "not_loaded": Words(
            f"{when_zh} 未载入名单，未比对",
            f"no list was loaded at {when_en}: not screened",
        ),
    }
    return Line("screening", Words("限制名单", "Restricted list"), said[done.outcome])


def _proof(content: CertificateContent) -> Iterator[Line]:
    first, last = content.valid_from, content.valid_to
    yield Line(
        "validity",
        Words("有效期", "Valid"),
        Words(f"{day_zh(first)}至 {day_zh(last)}", f"{day_en(first)} to {day_en(last)}"),
    )
    if content.replaces:
        yield _same("replaces", Words("替代证书", "Supersedes"), content.replaces)
    yield _same("signer", Words("签名证书指纹", "Signer's SHA-256"), content.signer_fingerprint)
    yield _same("evidence", Words("证据摘要", "Evidence SHA-256"), content.evidence_sha256)
    if content.log_hash:
        head = f"{content.log_seq} · {content.log_hash}"
        yield _same("log", Words("审计日志头", "Audit log head"), head)


def _careful(content: CertificateContent) -> tuple[Words, ...]:
    assumed = content.demo_assumptions
    if not assumed:
        return DISCLAIMERS
    named = Words("、".join(one.zh for one in assumed), "; ".join(one.en for one in assumed))
    return (
        *DISCLAIMERS,
        Words(
            f"演示假设（未见公开）：{named.zh}。", f"Demo assumptions, not published: {named.en}."
        ),
    )


def _same(key: str, label: Words, value: str) -> Line:
    return Line(key, label, Words(value, value))


def _thousands(value: str) -> str:
    return f"{Decimal(value):,f}"


def _hundredths(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"


def _percent(basis_points: int) -> str:
    return _hundredths(basis_points).rstrip("0").rstrip(".")
