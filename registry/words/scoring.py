"""Codes of a score in words: why a rule is not scored, what a person must look at."""

from . import Words

REASONS: dict[str, Words] = {
    "option_off": Words("运营方未启用", "Not switched on by the operator"),
    "other_kind": Words("不适用于本类项目", "Does not apply to this kind of project"),
    "not_in_force": Words("在该日期未生效", "Not in force on that day"),
    "condition": Words("不满足适用条件", "Its condition for applying is not met"),
    "answer_missing": Words("缺少申请人填报的数据", "An answer of the applicant is missing"),
    "list_not_loaded": Words(
        "对照名单未导入本平台，须由指定人员查证",
        "The list it is checked against is not loaded: a named person must look it up",
    ),
    "awaits_assessor": Words("待评审人员认定", "Waits for an assessor"),
    "awaits_registry": Words("待平台查证", "Waits for the registry to find out"),
    "awaits_applicant": Words("待申请人填报", "Waits for the applicant"),
    "cannot_be_computed": Words("无法计算", "Cannot be computed"),
    "no_row": Words(
        "没有已公布的数值，不以其他数值代替", "No figure is published, and none is put in its place"
    ),
    "not_yet_published": Words("该日期尚未公布", "Not yet published on that day"),
    "table_not_loaded": Words(
        "参考数据表未导入本平台", "The reference table is not loaded into this registry"
    ),
    "key_missing": Words("缺少查找所需的回答", "An answer needed to look it up is missing"),
}

SETTLED = Words("已由指定人员凭证据认定", "Settled by a named person on evidence")

MATTERS: dict[str, Words] = {
    "unknown": Words("未知的门槛", "Unknown gate"),
    "missing": Words("缺少数据", "Data missing"),
    "condition": Words("附条件通过", "Passed on a condition"),
    "unverified": Words("参考数据未与原件核对", "Reference data not checked against the original"),
}

ELIGIBILITY: dict[str, Words] = {
    "eligible": Words("符合目录", "Eligible"),
    "to_be_verified": Words("待核", "To be verified"),
    "not_eligible": Words("不符合目录", "Not eligible"),
}

BENEFIT_VERBS: dict[str, Words] = {
    "avoids": Words("减排", "avoids"),
    "displaces": Words("替代化石能源", "displaces fossil energy"),
    "saves": Words("节约能源", "saves energy"),
    "offsets": Words("以抵销实现", "by offset"),
}
