"""What a column of a loan book may be: the loan's own particulars, and every question of a rulebook.

The names by which a column is recognised are the rulebook's own wording and what banks write.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from registry import reference
from registry.bulk.ingest.units import factor
from registry.rules.rulebook import Rulebook
from registry.rules.rulebook.declarations import Bilingual, Input, Option

LOAN, BORROWER, BORROWER_EN, USCC = "loan_number", "borrower_name", "borrower_name_en", "uscc"
PROJECT, KIND = "project_name", "kind"
REQUIRED: Final = (LOAN, BORROWER)
BALANCE, INVESTMENT = "loan_balance_10k_yuan", "total_investment_10k_yuan"
REGISTRY_SETS: Final = "registry"  # what the registry itself finds is nobody's column

OWN: Final[Mapping[str, tuple[str, str, int]]] = {
    LOAN: ("贷款编号", "Loan number", 80),
    BORROWER: ("借款人名称", "Borrower", 120),
    BORROWER_EN: ("借款人英文名称", "Borrower's English name", 200),
    USCC: ("统一社会信用代码", "Unified social credit code", 18),
    PROJECT: ("项目名称", "Project", 200),
}
ALIASES: Final[Mapping[str, str]] = {
    LOAN: "借据号 借据编号 借据 合同号 合同编号 贷款合同编号 贷款合同号 贷款账号 业务编号 loanid loanno loan contractnumber contractno loancontractnumber facilityid",
    BORROWER: "借款人 借款企业 借款单位 客户名称 客户 企业名称 单位名称 公司名称 融资主体 borrower borrowername customer customername company companyname client obligor",
    BORROWER_EN: "英文名称 企业英文名称 borrowerenglishname englishname",
    USCC: "社会信用代码 信用代码 统一信用代码 纳税人识别号 uscc socialcreditcode creditcode registrationnumber",
    PROJECT: "项目 工程名称 贷款项目 projectname project",
    KIND: "项目类型 项目类别 项目种类 贷款投向类型 kind kindofproject projectkind projecttype",
    INVESTMENT: "总投资 项目总投资 投资总额 总投资额 动态总投资 totalinvestment investment projectcost",
    "static_investment_10k_yuan": "静态投资 静态总投资 staticinvestment",
    BALANCE: "贷款余额 余额 本金余额 期末余额 未偿余额 贷款本金余额 融资余额 loanbalance balance outstanding outstandingbalance",
    "loan_rate_percent": "利率 年利率 贷款利率 执行利率 贷款年利率 interestrate rate loanrate",
    "loan_approved_on": "贷款批准日期 批准日期 审批日期 贷款审批日期 approvaldate approvedon loanapprovaldate",
    "financed_elsewhere_percent": "其他机构融资占比 他行融资占比 其他融资占比 financedelsewhere",
    "capacity_mw": "装机容量 装机规模 并网容量 交流侧容量 核准容量 installedcapacity capacity",
    "generation_mwh_per_year": "年上网电量 上网电量 年净上网电量 年均上网电量 netgeneration netelectricity annualnetgeneration",
    "technology": "技术类型 发电类型 发电技术 能源类型 technology",
    "province": "省份 省 所在省份 省级行政区 所在省 项目所在省 province",
    "zone": "高新区 国家高新区 所在高新区 园区 所在园区 hightechzone zone",
    "industry_code": "行业代码 国标行业代码 国民经济行业代码 industrycode",
    "catalogue_edition": "目录版本 绿色目录版本 catalogueedition",
    "catalogue_code": "目录代码 绿色目录代码 绿色产业目录代码 目录条目代码 绿色贷款用途代码 cataloguecode catalogueitem",
    "structure_class": "产业结构调整类别 产业结构类别 产业类别 structureclass",
    "build_type": "建设性质 buildtype",
    "commissioned_on": "投产日期 并网日期 投运日期 commissioningdate commissionedon",
    "lifetime_years": "设计寿命 运营年限 寿命 lifetime designlifetime",
    "grid_region": "区域电网 所在电网 接入电网 regionalgrid grid",
    "evidence_tier": "证据等级 evidencetier",
}  # fmt: skip
# Words of books for options of the rulebook, by question.
OPTION_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "technology": {
        "solar_pv": "光伏 光伏发电 太阳能光伏 集中式光伏 分布式光伏 solar pv",
        "wind_onshore": "陆上风电 陆上风力发电 onshorewind",
        "wind_offshore": "海上风电 海上风力发电 offshorewind",
        "solar_thermal": "光热 光热发电 csp",
        "geothermal": "地热 地热发电",
    },
    "build_type": {"new": "新建 greenfield", "expansion": "扩建", "rebuild": "改建", "upgrade": "技改 技术改造"},
    "structure_class": {"encouraged": "鼓励", "permitted": "允许", "restricted": "限制", "eliminated": "淘汰"},
}  # fmt: skip
_OUTSIDE: Final = "区外 不在园区 无 否 outside none no 非高新区"
_YES_NO: Final = {"yes": "yes y true 是 有 √ ✓ 1", "no": "no n false 否 无 × 0"}
_IN_BRACKETS = re.compile(r"[(\[【〔（［][^)\]】〕）］]*[)\]】〕）］]")


def fold(text: str) -> str:
    """A head or an option without what does not count: width, case, blanks, punctuation."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s:;,.、。：；，*＊#_/\-–—'\"“”]", "", text)


def without_brackets(text: str) -> str:
    return _IN_BRACKETS.sub("", text)


@dataclass(frozen=True)
class Field:
    """One thing that a column may hold. type: as in a rulebook's input; `unit` is the rules' own."""

    id: str
    name: Bilingual
    type: str
    unit: str = ""
    longest: int = 200
    options: tuple[Option, ...] = ()
    declared: Input | None = None
    set_by: str = "book"
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_own(self) -> bool:
        return self.declared is None


@dataclass(frozen=True)
class Vocabulary:
    """All fields of one rulebook, and by which folded head each is known."""

    fields: Mapping[str, Field]
    heads: Mapping[str, str]
    kinds: tuple[str, ...]

    def recognise(self, head: str) -> str:
        """The field that a head names, or nothing."""
        for text in (head, without_brackets(head)):
            found = self.heads.get(fold(text))
            if found:
                return found
        return ""

    def of_kinds(self, kinds: frozenset[str]) -> list[Field]:
        """The fields that a book of these kinds may use, in the rulebook's order."""
        return [
            one
            for one in self.fields.values()
            if one.declared is None
            or not one.declared.kinds
            or not kinds
            or kinds & set(one.declared.kinds)
        ]


def vocabulary(book: Rulebook) -> Vocabulary:
    """Every field of a rulebook with the loan's own, and the heads that are known."""
    fields: dict[str, Field] = {
        id: Field(id, Bilingual(zh, en), "text", longest=longest)
        for id, (zh, en, longest) in OWN.items()
    }
    kinds = tuple(Option(kind.id, kind.name) for kind in book.kinds)
    fields[KIND] = Field(
        KIND, Bilingual("项目类型", "Kind of project"), "choice",
        options=kinds, words=_words(KIND, kinds),
    )  # fmt: skip
    for one in book.inputs:
        if one.set_by != REGISTRY_SETS:
            fields[one.id] = Field(
                one.id, one.name, one.type, one.unit, one.max_length, one.options, one,
                one.set_by, _words(one.id, one.options, one.type),
            )  # fmt: skip
    heads: dict[str, str] = {}
    for id, known in fields.items():
        names = [id, known.name.zh, known.name.en, *ALIASES.get(id, "").split()]
        for name in names:
            for text in (name, without_brackets(name)):
                heads.setdefault(fold(text), id)
    heads.pop("", None)
    return Vocabulary(fields, heads, tuple(kind.id for kind in book.kinds))


def _words(id: str, options: tuple[Option, ...], type: str = "choice") -> dict[str, str]:
    """What may stand in a cell for each option, folded."""
    found: dict[str, str] = {}
    if type == "yes_no":
        return {fold(word): value for value, words in _YES_NO.items() for word in words.split()}
    more = OPTION_WORDS.get(id, {})
    for option in options:
        for name in (option.id, option.name.zh, option.name.en, *more.get(option.id, "").split()):
            found.setdefault(fold(name), option.id)
    if id == "province":
        known = {option.id for option in options}
        for row in reference.provinces():
            if row.code in known:
                for name in (row.name_zh, row.name_en):
                    found.setdefault(fold(name), row.code)
    if id == "zone":
        found.update(_zones())
    return found


def _zones() -> dict[str, str]:
    found = {fold(word): "outside" for word in _OUTSIDE.split()}
    for zone in reference.zones():
        for name in (zone.name_zh, f"{zone.short_zh}高新区", zone.name_en):
            found.setdefault(fold(name), zone.zone_id)
    return found


def unit_in(head: str, unit_of_field: str) -> str:
    """The unit of this field that a head gives in brackets or after 单位; empty if it gives none."""
    text = unicodedata.normalize("NFKC", head)
    said = re.search(r"单位[::]?\s*([^\s)\]】]+)", text)
    inside = [one.strip("()[]【】〔〕 ") for one in _IN_BRACKETS.findall(text)]
    for candidate in ([said[1]] if said else []) + inside[::-1]:
        for piece in (candidate, *reversed(re.split(r"[,，、;:：]", candidate))):
            if piece.strip() and factor(unit_of_field, piece.strip()) is not None:
                return piece.strip()
    return ""
