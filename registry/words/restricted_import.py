"""Imports of restricted entries in words: their states, and what is wrong with a file or a row."""

from . import Words
from .grounds import TERM_REFUSALS
from .importing import PROBLEMS as SHEET
from .refusals import REFUSALS

STATES: dict[str, Words] = {
    "CHECKING": Words("正在检查", "Being looked through"),
    "CHECKED": Words("待确认", "Waits for your word"),
    "RUNNING": Words("正在导入", "Being taken in"),
    "PAUSED": Words("已暂停", "Paused"),
    "DONE": Words("已完成", "Done"),
    "CANCELLED": Words("已取消", "Cancelled"),
    "REFUSED": Words("未能导入", "Not taken"),
}
TONES = {
    "CHECKING": "move", "CHECKED": "wait", "RUNNING": "move", "PAUSED": "wait",
    "DONE": "good", "CANCELLED": "quiet", "REFUSED": "stop",
}  # fmt: skip

ROWS: dict[str, Words] = {
    "required": Words("请填写。", "Fill this in."),
    "too_short": Words("至少 %(detail)s 个字符。", "At least %(detail)s characters."),
    "malformed": Words("格式不对。", "Not of the right form."),
    "subject_not_identified": Words(
        "企业须有统一社会信用代码。", "A company needs its unified social credit code."
    ),
    "person_one_by_one": Words(
        "自然人请逐条提议，以免身份证件号码留在文件里。",
        "Propose persons one by one, so that no identity number stays in a file.",
    ),
    "entry_decided": Words(
        "条目 %(detail)s 已进入程序，导入不再改动它；变更须走复议、修复或新的提议。",
        "Entry %(detail)s is under way or decided: no import changes it. Use an appeal, a repair or a "
        "new proposal.",
    ),
    "subject_has_spoken": Words(
        "被列入方已陈述申辩，请逐条审阅。",
        "The subject has made a statement: read it and decide one by one.",
    ),
    "file_is_xls": Words("请另存为 XLSX。", "Save it as XLSX."),
    "no_header": Words(
        "第一行没有“名称”（name_zh）列，请使用模板。",
        "The first line has no column “name_zh” (名称): use the template.",
    ),
}
PROBLEMS: dict[str, Words] = {**REFUSALS, **TERM_REFUSALS, **SHEET, **ROWS}

COLUMNS: dict[str, Words] = {
    "external_key": Words("编号", "Key"),
    "number": Words("本平台编号", "Number here"),
    "state": Words("状态", "State"),
    "subject_kind": Words("对象类型", "Kind of subject"),
    "name_zh": Words("名称", "Name"),
    "name_en": Words("英文名称", "Name in English"),
    "other_names": Words("曾用名等", "Other names"),
    "uscc": Words("统一社会信用代码", "Unified social credit code"),
    "other_codes": Words("其他代码", "Other codes"),
    "ground": Words("事由", "Ground"),
    "case_code": Words("情形", "Limb of its clause"),
    "grave_months": Words("加重月数", "Months added for gravity"),
    "decision_number": Words("决定文号", "Number of the decision"),
    "issuing_body": Words("作出机关", "Issued by"),
    "facts": Words("事实", "Facts"),
    "scope_kind": Words("适用范围", "Where it counts"),
    "scope_id": Words("园区、行业或基金", "Zone, industry or fund"),
    "from_day": Words("起算日", "First day"),
    "to_day": Words("截止日期", "Last day"),
    "review_on": Words("复查日期", "Review on"),
    "person_commitment": Words("证件号码承诺值", "Commitment of a person's number"),
    "evidence_sha256": Words("证据摘要", "Digest of the evidence"),
}

BULK_ACTS: dict[str, Words] = {
    "notify": Words("全部告知", "Give notice to all"),
    "enter": Words("全部审定生效", "Put all in force"),
}
BULK_CONSEQUENCES: dict[str, list[Words]] = {
    "notify": [
        Words(
            "向每个对象发出告知；在本平台有账户的单位收到链接，其余的须邮寄。",
            "Every subject gets notice: those with an account here by a link, the others by post.",
        ),
        Words("陈述申辩期自今日起算。", "The days for a statement begin today."),
    ],
    "enter": [
        Words(
            "陈述申辩期已满、且对象未提出陈述的条目生效；截止日期按提议，不超过事由的最长期限。",
            "Entries whose days for a statement are over, and whose subject made none, come into force, "
            "until the proposed day and no longer than the ground allows.",
        ),
        Words(
            "提出过陈述的条目留待逐条审阅；您本人提议的条目不会生效。",
            "Entries with a statement wait to be read one by one; those that you proposed yourself are "
            "left.",
        ),
        Words(
            "在审申请将被标记，在库项目及证书将被暂停。",
            "Open applications get a hit; listed projects and their certificates are suspended.",
        ),
    ],
}
