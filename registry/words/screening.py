"""Screening in words: how strong an alert is, what was compared, how alike it was, what was decided."""

from . import Words

BANDS: dict[str, Words] = {
    "EXACT": Words("代码一致", "Same identifier"),
    "STRONG": Words("名称与地区一致", "Same name and region"),
    "POSSIBLE": Words("可能相同", "Possible"),
    "NONE": Words("未达阈值", "Below the threshold"),
}
PARTS: dict[str, Words] = {
    "identifier": Words("代码", "Identifier"),
    "brand": Words("字号", "Brand"),
    "industry": Words("行业", "Industry"),
    "region": Words("行政区划", "Region"),
    "form": Words("组织形式", "Legal form"),
    "branch": Words("分支", "Branch"),
    "name": Words("名称", "Name"),
}
NAME_ROLES: dict[str, Words] = {
    "registered": Words("登记名称", "Registered name"),
    "english": Words("英文名称", "English name"),
    "former": Words("曾用名", "Former name"),
    "short": Words("简称", "Short name"),
    "alias": Words("别名", "Alias"),
}
DECISIONS: dict[str, Words] = {
    "": Words("待认定", "To be decided"),
    "true": Words("是同一主体", "The same body"),
    "false": Words("不是同一主体", "Not the same"),
    "unsure": Words("尚不能认定", "Cannot be told yet"),
}
# By the stem of the kind: how many characters or words it concerns is a number behind it.
KINDS: dict[str, Words] = {
    "equal": Words("相同", "Equal"),
    "generic": Words("相同，但为通用词", "Equal, but a common word"),
    "lost": Words("少字", "A character lost"),
    "double": Words("叠字", "A character doubled"),
    "swap": Words("换位", "Characters swapped"),
    "shape": Words("形近", "Alike in shape"),
    "sound": Words("同音", "Alike in sound"),
    "slip": Words("笔误", "A slip of the pen"),
    "within": Words("包含", "One within the other"),
    "part": Words("部分相同", "Equal in part"),
    "tail": Words("末尾不同", "Another ending"),
    "narrowed": Words("行业更窄，或为关联方", "A narrower industry: perhaps a related party"),
    "subsidiary": Words("可能是关联公司", "Perhaps a related company"),
    "light": Words("仅次要词不同", "Only light words differ"),
    "class": Words("同类行业", "The same class of industry"),
    "missing": Words("一方没有", "Missing on one side"),
    "overlap": Words("有重叠", "They overlap"),
    "registered": Words("与代码所示地区一致", "The region that the code names"),
    "level": Words("层级不同", "Another level"),
    "none": Words("均无", "On neither side"),
    "unknown": Words("地区未知", "Region unknown"),
    "unsaid": Words(
        "地区未知，其余不足以识别，或为关联方",
        "Region unknown, and the rest tells too little: perhaps a related party",
    ),
    "added": Words(
        "多出地区，或为关联方", "A region that the listed name lacks: perhaps a related party"
    ),
    "elsewhere": Words("别处", "Elsewhere"),
    "partial": Words("部分一致", "Partly the same"),
    "same_province": Words("同省", "The same province"),
    "conflict": Words("地区冲突", "Regions contradict"),
    "near": Words("相近", "Nearly equal"),
    "parent": Words("母体与分支", "Parent and branch"),
    "different": Words("不同", "Different"),
    "absent": Words("无法比对", "Nothing to compare"),
    "contradicts": Words("代码相互矛盾", "The identifiers contradict"),
    "uscc18": Words("统一社会信用代码相同", "Same unified social credit code"),
    "legacy15": Words("旧注册号相同", "Same registration number"),
    "orgcode9": Words("组织机构代码相同", "Same organisation code"),
    "organisation_code": Words("其中的组织机构代码相同", "Same organisation code inside"),
    "lei": Words("LEI 相同", "Same LEI"),
    "person_id": Words("身份标识相同", "Same person's identifier"),
    "code": Words("标识相同", "Same identifier"),
}


def kind_words(kind: str) -> Words:
    """The words for a kind of likeness; an unknown one stands for itself."""
    stem, _, size = kind.rpartition("_")
    found = KINDS.get(kind) or (KINDS.get(stem) if size.isdigit() else None)
    return found or Words(kind, kind)


RELATIONS: dict[str, Words] = {
    "controller": Words("实际控制人", "the controller"),
    "group": Words("所属集团", "the group"),
    "group_member": Words("同一集团的单位", "a member of the same group"),
}

POLICY_STATES: dict[str, Words] = {
    "TRYING": Words("试算中", "Being tried"),
    "TRIED": Words("试算完成", "Tried"),
    "IN_FORCE": Words("现行", "In force"),
    "REPLACED": Words("已被替代", "Replaced"),
    "DROPPED": Words("不予启用", "Dropped"),
}
POLICY_TONES = {
    "TRYING": "move", "TRIED": "wait", "IN_FORCE": "good", "REPLACED": "quiet", "DROPPED": "quiet",
}  # fmt: skip
POLICY_CHANGES: dict[str, Words] = {
    "found": Words("新增比中", "Found that was not"),
    "lost": Words("不再比中", "Found no more"),
    "band": Words("相符程度改变", "Another band"),
}
