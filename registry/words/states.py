"""States in words: the name that staff and the owner see, and what the public is told."""

from . import Words

STATES: dict[str, dict[str, Words]] = {
    "application": {
        "DRAFT": Words("草稿", "Draft"),
        "SUBMITTED": Words("已提交", "Submitted"),
        "SCREENING": Words("初筛", "Screening"),
        "INELIGIBLE": Words("不予受理", "Not accepted"),
        "RETURNED": Words("补正", "Returned for correction"),
        "LAPSED": Words("逾期失效", "Lapsed"),
        "IN_REVIEW": Words("评审中", "In review"),
        "PENDING_APPROVAL": Words("待复核", "Awaiting approval"),
        "NOTICE": Words("公示", "Public notice"),
        "REJECTED": Words("未通过", "Rejected"),
        "UNDER_APPEAL": Words("复议", "Under appeal"),
        "RESERVE": Words("储备库", "On the reserve list"),
        "FINANCED": Words("已融资", "Financed"),
        "MONITORED": Words("存续监测", "Monitored"),
        "SUSPENDED": Words("暂停", "Suspended"),
        "EXPIRED": Words("已到期", "Expired"),
        "DELISTED": Words("出库", "Delisted"),
        "COMPLETED": Words("结项", "Completed"),
        "WITHDRAWN": Words("已撤回", "Withdrawn"),
    },
    "restriction": {
        "PROPOSED": Words("拟列入", "Proposed"),
        "DISMISSED": Words("不予列入", "Dismissed"),
        "NOTICED": Words("告知", "Notice given"),
        "IN_FORCE": Words("生效", "In force"),
        "UNDER_APPEAL": Words("复议中", "Under appeal"),
        "ANNULLED": Words("撤销", "Annulled"),
        "LIFTED": Words("提前移出", "Lifted early"),
        "EXPIRED": Words("到期移出", "Expired"),
    },
    "certificate": {
        "ALLOTTED": Words("制证中", "Being made"),
        "ISSUED": Words("有效", "Issued"),
        "SUSPENDED": Words("暂停", "Suspended"),
        "RENEWED": Words("已续期", "Renewed"),
        "SUPERSEDED": Words("已被替换", "Superseded"),
        "REVOKED": Words("已撤销", "Revoked"),
        "EXPIRED": Words("已到期", "Expired"),
        "VOID": Words("空号", "Void number"),
    },
    "organisation": {
        "PENDING": Words("待核验", "Awaiting verification"),
        "VERIFIED": Words("已核验", "Verified"),
        "REFUSED": Words("核验未通过", "Verification refused"),
        "CLOSED": Words("已关闭", "Closed"),
    },
    "rulebook": {
        "DRAFT": Words("草案", "Draft"),
        "CHECKED": Words("检查通过", "Checked"),
        "PROPOSED": Words("提请发布", "Proposed"),
        "PUBLISHED": Words("已发布", "Published"),
        "WITHDRAWN": Words("已撤回", "Withdrawn"),
    },
    "reference": {
        "IMPORTED": Words("已导入，未启用", "Imported, not in force"),
        "IN_FORCE": Words("启用", "In force"),
        "DISMISSED": Words("不予启用", "Dismissed"),
        "WITHDRAWN": Words("停用", "Withdrawn"),
    },
}

PROVISIONAL = Words("临时", "provisional")

# What `Cycle.public_label(state)` answers, per cycle. A state without a label is not public.
PUBLIC: dict[str, dict[str, Words]] = {
    "application": {
        "received": Words("已受理，初筛中", "Received, being screened"),
        "with_applicant": Words("待申请人补正", "Waiting for the applicant"),
        "under_review": Words("评审中", "Under review"),
        "not_accepted": Words("未通过", "Not accepted"),
        "under_appeal": Words("复议中", "Under appeal"),
        "on_notice": Words("公示中", "On public notice"),
        "listed": Words("在储备库", "On the reserve list"),
        "financed": Words("已融资", "Financed"),
        "monitored": Words("存续监测中", "Being monitored"),
        "suspended": Words("暂停", "Suspended"),
        "expired": Words("已到期", "Expired"),
        "delisted": Words("已出库", "Delisted"),
        "completed": Words("已结项", "Completed"),
        "lapsed": Words("逾期失效", "Lapsed"),
        "withdrawn": Words("已撤回", "Withdrawn"),
    },
    "restriction": {
        "in_force": Words("限制进入，生效中", "Entry restricted, in force"),
        "in_force_under_appeal": Words("限制进入，复议中", "Entry restricted, under appeal"),
    },
    "certificate": {
        "valid": Words("有效", "In force"),
        "suspended": Words("暂停", "Suspended"),
        "renewed": Words("已由续期证书接替", "Followed by a renewed certificate"),
        "superseded": Words("已被更正证书替换", "Superseded by an amended certificate"),
        "revoked": Words("已撤销", "Revoked"),
        "expired": Words("已到期", "Expired"),
        "void": Words("空号，未签发", "Void: never issued"),
    },
    "organisation": {
        "pending": Words("待核验", "Awaiting verification"),
        "verified": Words("已核验", "Verified"),
        "closed": Words("已关闭", "Closed"),
    },
    "rulebook": {"published": Words("已发布", "Published")},
    "reference": {},
}

DEADLINES: dict[str, Words] = {
    "screening": Words("初筛期限", "Time for screening"),
    "review": Words("评审期限", "Time for review"),
    "approval": Words("复核期限", "Time for approval"),
    "correction": Words("补正期限", "Time for correction"),
    "correction_grace": Words("补正宽限期", "Grace after the time for correction"),
    "notice": Words("公示期", "Public notice period"),
    "appeal_window": Words("申请复议期限", "Time to appeal"),
    "appeal_decision": Words("复议决定期限", "Time for the decision on an appeal"),
    "listing": Words("在库有效期", "Validity of the listing"),
    "monitoring_report": Words("监测报告周期", "Interval of monitoring reports"),
    "certificate_validity": Words("证书有效期", "Validity of the certificate"),
    "statement": Words("陈述申辩期", "Time for the subject's statement"),
    "provisional": Words("临时列入期限", "Time of a provisional entry"),
    "restriction_appeal_window": Words("列入复议申请期限", "Time to appeal against an entry"),
    "restriction_appeal_decision": Words(
        "列入复议决定期限", "Time for the decision on such an appeal"
    ),
}
