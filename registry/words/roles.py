"""Roles and the scopes they are granted for, in words."""

from . import Words

ROLES: dict[str, Words] = {
    "applicant.editor": Words("经办", "Applicant: editor"),
    "applicant.signatory": Words("签章人", "Applicant: signatory"),
    "screener": Words("受理", "Screener"),
    "assessor": Words("评审", "Assessor"),
    "approver": Words("审定", "Approver"),
    "fund_manager": Words("基金/银行", "Fund manager"),
    "verifier": Words("第三方核查", "Third-party verifier"),
    "restrict_officer": Words("限制名单经办", "Restriction officer"),
    "restrict_approver": Words("限制名单审定", "Restriction approver"),
    "org_verifier": Words("主体核验", "Organisation verifier"),
    "rule_editor": Words("规则编制", "Rule editor"),
    "rule_publisher": Words("规则发布", "Rule publisher"),
    "appeal_panel": Words("复议", "Appeal panel"),
    "auditor": Words("审计", "Auditor"),
    "admin": Words("系统管理", "Administrator"),
    "service": Words("系统服务", "Service"),
    "public": Words("公众", "Public"),
}

SCOPES: dict[str, Words] = {
    "organisation": Words("单位", "Organisation"),
    "zone": Words("园区", "Zone"),
    "fund": Words("基金", "Fund"),
    "everywhere": Words("全部", "Everywhere"),
}

PARTS: dict[str, Words] = {
    "edited": Words("填报", "edited it"),
    "signed": Words("签章", "signed it"),
    "spoke": Words("陈述、申诉或异议", "spoke as a party"),
    "screened": Words("受理初筛", "screened it"),
    "released_stop": Words("解除拦截", "released a stop"),
    "assessed": Words("评审", "assessed it"),
    "decided": Words("审定", "decided on it"),
    "heard_appeal": Words("复议", "heard an appeal"),
    "suspended": Words("暂停", "suspended it"),
    "proposed": Words("提议", "proposed it"),
    "called_emergency": Words("提请紧急列入", "called the emergency"),
    "notified": Words("告知", "sent the notice"),
    "verified": Words("核查", "verified it"),
}
