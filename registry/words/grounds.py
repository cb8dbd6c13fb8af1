"""Grounds of restricted entries in words: ground, limb of its clause, document, issuing body."""

from . import Words

GROUNDS: dict[str, Words] = {
    "dishonest_debtor": Words("失信被执行人", "Dishonest judgment debtor"),
    "dishonest": Words("严重失信主体", "Seriously dishonest entity"),
    "major_accident": Words(
        "重大环境、生态或安全事故", "Major environmental, ecological or safety accident"
    ),
    "environmental_penalty": Words("重大环保处罚", "Major environmental penalty"),
    "eliminated_class": Words("淘汰类工艺、装备或产品", "Eliminated technology or product"),
    "restricted_class": Words("限制类工艺、装备或产品", "Restricted technology or product"),
    "below_benchmark": Words("新建未达能效标杆水平", "New build below the energy benchmark"),
    "below_baseline": Words("存量低于能效基准水平且逾期", "Below the energy baseline and overdue"),
    "two_high": Words("“两高”项目前置条件不齐", "Two-high project without its preconditions"),
    "false_statement": Words("虚假申报", "False statement to the registry"),
    "forged_certificate": Words("伪造或变造证书", "Forged or altered certificate"),
    "misused_funds": Words("挪用绿色资金", "Green funds diverted"),
    "benefit_sold_twice": Words("同一环境效益重复出售", "The same benefit sold twice"),
    "obstruction": Words("拒不配合核查", "Verification obstructed"),
    "key_polluter": Words("重点排污单位（监管，非违法）", "Key polluter (supervised, no offence)"),
}

CASES: dict[str, Words] = {
    "able_but_unwilling": Words(
        "第一条第（一）项：有履行能力而拒不履行", "Art. 1 (1): able to perform but refuses"
    ),
    "evading": Words(
        "第一条第（二）至（六）项：规避、妨碍执行等", "Art. 1 (2) to (6): evades or obstructs"
    ),
    "listed": Words("已被列入", "Listed by the authority"),
    "within_three_years": Words("近三年内发生", "Within the last three years"),
    "fine": Words("罚款达到标准", "Fines at or above the threshold"),
    "shutdown_order": Words("责令停产停业", "Order to stop production"),
    "listed_item": Words("属于目录条目", "Item of the catalogue"),
    "new_build": Words("新建项目", "New build"),
    "overdue": Words("逾期未改造", "Not upgraded in time"),
    "preconditions_missing": Words("前置条件不齐", "Preconditions missing"),
    "application": Words("申请材料虚假", "False application"),
    "report": Words("监测报告虚假", "False monitoring report"),
    "forged_or_altered": Words("伪造或变造", "Forged or altered"),
    "diverted": Words("改变资金用途", "Used for another purpose"),
    "same_benefit": Words("同一效益", "The same benefit"),
    "verification_refused": Words("拒绝核查", "Verification refused"),
    "supervised": Words("处于监管名录", "On the supervision list"),
}

_CATALOGUE = "《产业结构调整指导目录（2024年本）》，国家发展改革委令第7号"

DOCUMENTS: dict[str, Words] = {
    "spc_dishonest_debtors": Words(
        "最高人民法院《关于公布失信被执行人名单信息的若干规定》第一条、第二条（2017年修正）",
        "Supreme People's Court, provisions on publishing the list of dishonest judgment debtors, "
        "arts. 1 and 2 (as amended in 2017)",
    ),
    "serious_dishonesty_rules": Words(
        "各领域严重失信主体名单管理的部门规章",
        "Departmental rules on lists of seriously dishonest entities, field by field",
    ),
    "zone_practice_no_accident": Words(
        "浙江省绿色低碳工业园区建设评价导则（2022版）1.3，适用于申请人",
        "Zhejiang evaluation guide for green low-carbon industrial parks (2022), 1.3, applied here "
        "to the applicant",
    ),
    "bank_practice_penalty": Words(
        "银行绿色信贷实务标准：近三年罚款50万元以上（可由运营方设定）",
        "Practice of banks: fines of 500,000 yuan or more in three years (set by the operator)",
    ),
    "restructuring_catalogue_2024": Words(
        _CATALOGUE, "Catalogue for industrial restructuring (2024), NDRC order no. 7"
    ),
    "energy_benchmarks_2023": Words(
        "《工业重点领域能效标杆水平和基准水平》，发改产业〔2023〕723号",
        "Energy benchmark and baseline levels of key industrial fields, NDRC 2023 no. 723",
    ),
    "two_high_2021_45": Words(
        "《关于加强高耗能、高排放建设项目生态环境源头防控的指导意见》，环环评〔2021〕45号",
        "Guidance on high-energy and high-emission projects, MEE 2021 no. 45",
    ),
    "registry_rules": Words(
        "本登记平台规则（平台自行设定）", "Rules of this registry (its own design)"
    ),
    "key_polluter_lists": Words(
        "各地重点排污单位名录", "Local lists of key polluters under supervision"
    ),
}

BODIES: dict[str, Words] = {
    "court": Words("人民法院", "People's court"),
    "ecology": Words("生态环境主管部门", "Ecology and environment authority"),
    "emergency": Words("应急管理部门", "Emergency management authority"),
    "development_reform": Words("发展改革部门", "Development and reform authority"),
    "competent_authority": Words("有关主管部门", "Competent authority"),
    "registry": Words("本登记平台", "This registry"),
}

SUBJECTS: dict[str, Words] = {
    "company": Words("单位", "Company"),
    "person": Words("个人", "Person"),
    "site": Words("场所", "Site"),
    "technology": Words("工艺技术", "Technology"),
    "product": Words("产品", "Product"),
}

CONSEQUENCES: dict[str, Words] = {
    "stops": Words("停止受理，在库项目暂停", "Applications stop, listed projects are suspended"),
    "stops_new_build": Words(
        "新建停止受理，改造另行审查", "New build stops, upgrades are looked at"
    ),
    "watch": Words("仅提示，不停止", "Shown only, stops nothing"),
}

REACHES: dict[str, Words] = {
    "everywhere": Words("全部", "Everywhere"),
    "zone": Words("园区", "Zone"),
    "industry": Words("行业", "Industry"),
    "fund": Words("基金", "Fund"),
}

STATUSES: dict[str, Words] = {
    "verified": Words("已核对原文", "checked against the original"),
    "unverified": Words("未核对原文", "not checked against the original"),
}

TERM_REFUSALS: dict[str, Words] = {
    "case_unknown": Words("请选择该事由的具体情形。", "Choose which limb of the ground applies."),
    "subject_unfit": Words(
        "该事由不适用于此类对象。", "This ground does not apply to such a subject."
    ),
    "end_missing": Words("该事由须有截止日期。", "This ground needs an end date."),
    "end_before_start": Words("截止日期早于开始日期。", "The end lies before the start."),
    "end_beyond_ground": Words(
        "截止日期超过该事由的最长期限。", "The end lies beyond the ground's longest term."
    ),
    "end_not_knowable": Words(
        "该事由持续至履行完毕，不设截止日期，请填写复查日期。",
        "This ground lasts until performed: give a review date and no end date.",
    ),
    "review_missing": Words("请填写复查日期。", "Give a review date."),
    "review_too_late": Words(
        "复查日期不得晚于列入后12个月。", "The review is due within twelve months of the start."
    ),
    "grave_out_of_range": Words(
        "加重期限超出该事由允许的范围。", "The ground allows no such extension for gravity."
    ),
}
