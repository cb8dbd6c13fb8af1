"""Reason codes in words, with the clause that a reason rests on where it has one.

Clauses are citations; those whose text was not read in the original say so in the rulebook's
sources, and an operator replaces them there.
"""

from . import Words

REASONS: dict[str, Words] = {
    "eliminated_class": Words("属于淘汰类", "Eliminated class"),
    "restricted_new_build": Words("限制类新建项目", "Restricted class, new build"),
    "below_benchmark_new": Words("新建项目未达能效标杆水平", "New build below the benchmark level"),
    "two_high_precondition": Words(
        "“两高”项目前置条件不齐", "Preconditions of a two-high project not met"
    ),
    "major_accident": Words(
        "近三年发生重大环境、生态或安全事故", "A major accident within three years"
    ),
    "major_penalty": Words(
        "近三年受到重大环保处罚", "A major environmental penalty within three years"
    ),
    "judgment_defaulter": Words("失信被执行人", "Dishonest judgment debtor"),
    "seriously_dishonest": Words("严重失信主体", "Seriously dishonest entity"),
    "on_restricted_list": Words("处于限制进入名单", "On the restricted-entry list"),
    "outside_catalogue": Words("不属于目录支持范围", "Outside the catalogue"),
    "not_a_project": Words("申请内容不构成项目", "What was applied for is no project"),
    "duplicate": Words("重复申请", "Duplicate"),
    "not_entitled": Words("申请人无权申报该项目", "The applicant may not apply for this project"),
    "gate_failed": Words("未通过前置条件", "A gate failed"),
    "below_green": Words("得分未达浅绿", "Score below light green"),
    "conditions_unconfirmed": Words(
        "目录技术条件未确认", "Technical conditions of the catalogue not confirmed"
    ),
    "evidence_insufficient": Words("证据不足", "Evidence not sufficient"),
    "data_implausible": Words("数据不合理", "Data not plausible"),
    "double_claim": Words("同一效益重复主张", "The same benefit claimed twice"),
    "false_statement": Words("虚假陈述", "False statement"),
    "score_unexplained": Words("评分理由不充分", "A score lacks its rationale"),
    "evidence_unchecked": Words("证据未核对", "Evidence was not checked"),
    "condition_unclear": Words("附加条件不明确", "A condition is unclear"),
    "conflict_found": Words("发现利益冲突", "A conflict of interest was found"),
    "new_facts": Words("出现新情况", "New facts came up"),
    "data_overdue": Words("监测数据逾期未报", "Monitoring data overdue"),
    "permit_lapsed": Words("许可失效", "A permit lapsed"),
    "restricted_entry": Words("业主被列入限制进入名单", "The owner was put on the restricted list"),
    "under_investigation": Words("正在调查", "Under investigation"),
    "no_longer_green": Words("不再符合绿色条件", "No longer green"),
    "project_abandoned": Words("项目终止", "Project abandoned"),
    "owner_changed": Words("业主变更", "The owner changed"),
    "at_owners_request": Words("应业主申请", "At the owner's request"),
    "issued_in_error": Words("签发有误", "Issued in error"),
    "decision_overturned": Words("原决定被撤销", "The decision was overturned"),
    "key_compromised": Words("签名密钥失密", "The signing key was compromised"),
    "delisted": Words("项目已出库", "The project was delisted"),
    "correction": Words("更正", "Correction"),
    "name_changed": Words("名称变更", "A name changed"),
    "making_failed": Words("制证失败", "The document could not be made"),
    "decision_withdrawn": Words("决定已撤回", "The decision was withdrawn"),
    "same_body": Words("确为同一主体", "The same body"),
    "different_body": Words("不是同一主体", "A different body"),
    "identifiers_contradict": Words("代码不一致", "The identifiers contradict"),
    "not_enough_to_tell": Words("信息不足，无法认定", "Not enough to tell"),
    "exclusion_hit": Words("属于排除范围", "On an exclusion list"),
    "code_not_found": Words("未查到该代码", "The code was not found"),
    "name_differs": Words("名称与登记不符", "The name differs from the register"),
    "no_authority_to_sign": Words("无签章授权", "No authority to sign"),
    "documents_illegible": Words("材料不清晰", "Documents illegible"),
    "dissolved": Words("主体已注销", "Dissolved"),
    "other": Words("其他（请说明）", "Other (explain)"),
}

_CATALOGUE = "产业结构调整指导目录(2024年本) 国家发改委令第7号"

CLAUSES: dict[str, Words] = {
    "eliminated_class": Words(
        f"{_CATALOGUE}，淘汰类", f"{_CATALOGUE}, eliminated class (NDRC order 7)"
    ),
    "restricted_new_build": Words(
        f"{_CATALOGUE}，第二类 限制类", f"{_CATALOGUE}, restricted class (NDRC order 7)"
    ),
    "below_benchmark_new": Words(
        f"{_CATALOGUE}；发改产业〔2023〕723号",
        f"{_CATALOGUE}; 发改产业〔2023〕723号 (NDRC 2023 no. 723)",
    ),
    "two_high_precondition": Words("环环评〔2021〕45号", "环环评〔2021〕45号 (MEE 2021 no. 45)"),
    "major_accident": Words("登记平台评价规则 G-ENV3Y", "Rule G-ENV3Y of the registry's rulebook"),
    "major_penalty": Words("登记平台评价规则 G-ENVPEN", "Rule G-ENVPEN of the registry's rulebook"),
    "judgment_defaulter": Words(
        "最高人民法院关于公布失信被执行人名单信息的若干规定，第一条、第二条",
        "Supreme People's Court, provisions on the list of dishonest judgment debtors, arts. 1, 2",
    ),
    "seriously_dishonest": Words(
        "各领域严重失信主体名单管理规定",
        "Departmental rules on seriously dishonest entities",
    ),
    "on_restricted_list": Words(
        "限制进入名单，列入决定及其条款", "Restricted-entry list: the decision and its clause"
    ),
    "outside_catalogue": Words(
        "所选版本绿色金融支持项目目录", "The chosen edition of the green finance catalogue"
    ),
    "not_a_project": Words("登记平台受理条件", "The registry's conditions of acceptance"),
    "duplicate": Words("登记平台评价规则 G-DOUBLE", "Rule G-DOUBLE of the registry's rulebook"),
    "not_entitled": Words("登记平台受理条件", "The registry's conditions of acceptance"),
}
