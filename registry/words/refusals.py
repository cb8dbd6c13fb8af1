"""Why a move is refused, in words. `%(name)s` takes what the refusal carries in its details."""

from . import Words

REFUSALS: dict[str, Words] = {
    "no_such_move": Words(
        "当前状态下不能进行此操作，可能他人刚刚办理过，请刷新后再看。",
        "This cannot be done in the present state. Somebody may have acted just now: reload.",
    ),
    "role_missing": Words(
        "您在此范围内没有办理该事项的角色，或授权已过期。",
        "You hold no role for this here, or your grant has run out.",
    ),
    "admin_decides_nothing": Words(
        "系统管理员不参与任何业务决定。", "An administrator takes no part in any decision."
    ),
    "auditor_only_annotates": Words(
        "审计人员只能批注，不能办理业务。", "An auditor writes annotations and nothing else."
    ),
    "needed": Words("还缺少必填内容。", "Something that this step requires is missing."),
    "reason_unknown": Words("请从列表中选择理由。", "Choose a reason from the list."),
    "changed_meanwhile": Words(
        "您打开本页后案件已有变动，未作任何办理。请核对时间线后再提交；您填写的内容仍在。",
        "The case changed after you opened this page, so nothing was done. Look at its history, then "
        "send again: what you wrote is still here.",
    ),
    "own_case": Words(
        "您是本案的当事方（填报、签章、申辩或异议），须回避。",
        "You are a party to this case (edited, signed, appealed or objected), so you cannot handle it.",
    ),
    "conflict_same_organisation": Words(
        "您与申请单位属于同一单位，须回避。",
        "You belong to the organisation concerned, so you cannot handle this case.",
    ),
    "conflict_same_group": Words(
        "您所在单位与申请单位属于同一集团，须回避。",
        "Your organisation belongs to the same group, so you cannot handle this case.",
    ),
    "conflict_declared": Words(
        "您已申报与该单位存在利益冲突，须回避。",
        "You declared a conflict of interest here, so you cannot handle this case.",
    ),
    "approver_edited": Words(
        "审定人不得是本申请的填报人或签章人。",
        "The approver must not have edited or signed this application.",
    ),
    "approver_screened": Words(
        "审定人不得是本案的受理人。", "The approver must not have screened this case."
    ),
    "approver_assessed": Words(
        "审定人不得是本案的评审人。", "The approver must not have assessed this case."
    ),
    "approver_heard_appeal": Words(
        "审定人不得参与过本案的复议。", "The approver must not have heard this case's appeal."
    ),
    "panel_touched_the_case": Words(
        "复议人员不得参与过原案办理。",
        "Nobody who took part in the case may decide on its appeal.",
    ),
    "proposer_approves": Words(
        "提议列入者不得审定该条目。", "Whoever proposed an entry must not approve it."
    ),
    "proposer_lifts": Words(
        "提议列入者不得移出该条目。", "Whoever proposed an entry must not lift it."
    ),
    "same_person_suspended": Words(
        "须由作出暂停决定者以外的审定人恢复。",
        "Another approver than the one who suspended it must reinstate it.",
    ),
    "second_person_needed": Words(
        "此事须两人办理：请先由另一人提出。",
        "This takes two persons: another one has to propose it first.",
    ),
    "second_person_is_the_first": Words(
        "此事须两人办理：您已是第一人，请由另一人完成。",
        "This takes two persons: you were the first, so another one has to do it.",
    ),
    "not_lead_assessor": Words(
        "只有主评审人可以提出评审意见。", "Only the lead assessor can make the recommendation."
    ),
    "not_assigned": Words("您未被指派评审本案。", "You are not assigned to assess this case."),
    "not_the_subject": Words(
        "只有被列入方可以提出。", "Only the subject of the entry can do this."
    ),
    "assignee_role_missing": Words(
        "被指派人在此范围内没有评审角色。",
        "The person to be assigned holds no assessor's role here.",
    ),
    "organisation_not_known": Words(
        "请先登记申请单位；未通过核验的单位不能申请。",
        "Register the organisation first; one that was refused cannot apply.",
    ),
    "organisation_not_verified": Words(
        "申请单位尚未通过主体核验。", "The organisation has not been verified yet."
    ),
    "incomplete": Words("仍有必填项未填写。", "Required answers are still missing."),
    "files_not_digested": Words(
        "附件仍在计算摘要，请稍候。", "The files are still being digested; wait a moment."
    ),
    "no_finding": Words(
        "退回补正须至少指出一处具体问题。",
        "To return it, name at least one finding on a field.",
    ),
    "too_many_rounds": Words(
        "补正已达 %(most)s 次上限。", "It has been returned %(most)s times, which is the limit."
    ),
    "findings_unanswered": Words(
        "还有 %(open)s 处问题未答复。", "%(open)s findings are still unanswered."
    ),
    "not_yet_due": Words("期限尚未届满。", "The term has not run out yet."),
    "not_screened": Words("自动初筛尚未完成。", "The automatic screening has not finished yet."),
    "stop_not_released": Words(
        "存在未解除的拦截，或没有可解除的拦截。",
        "A stop stands unreleased, or there is none to release.",
    ),
    "stop_needs_second_person": Words(
        "解除拦截须两人同意，还需另一人。",
        "Releasing a stop takes two persons; one more has to agree.",
    ),
    "stop_already_released_by_you": Words(
        "您已对此拦截表态，请由另一人办理。",
        "You have had your say on this stop; another person has to act.",
    ),
    "stop_stands": Words(
        "已拦截的比对结果不能改判，须由另外两人同意解除。",
        "A hit that stops the case is not decided again: two other persons have to release it.",
    ),
    "hit_undecided": Words(
        "还有 %(hits)s 条比对结果未认定。", "%(hits)s screening hits are still undecided."
    ),
    "scores_missing": Words(
        "还有 %(missing)s 项评分未完成。", "%(missing)s scores are still missing."
    ),
    "gates_unsettled": Words(
        "存在未核定的前置条件，须由专人依据证据认定。",
        "A gate is unknown: a named person has to settle it on evidence.",
    ),
    "findings_open": Words("还有 %(open)s 处问题未关闭。", "%(open)s findings are still open."),
    "not_green": Words(
        "评价结论不是绿色，不能进入储备库。",
        "The verdict is not green, so it cannot enter the reserve list.",
    ),
    "grade_above_score": Words(
        "建议等级不得高于按规则计算的等级；如认为数据有误，请退回补正或重新评分。",
        "The grade proposed must not be above the computed one. If the data are wrong, return the "
        "case or score it again.",
    ),
    "objection_open": Words("还有 %(open)s 件异议未处理。", "%(open)s objections are still open."),
    "no_objection_open": Words("没有待处理的异议。", "There is no open objection."),
    "notice_running": Words("公示期尚未结束。", "The public notice is still running."),
    "notice_over": Words("公示期已结束。", "The public notice is over."),
    "appeal_too_late": Words("已超过申请复议的期限。", "The time to appeal is over."),
    "appeal_spent": Words("对本决定已申请过复议。", "This decision has been appealed already."),
    "restricted_on_that_day": Words(
        "业主当日处于限制进入名单。", "The owner is on the restricted-entry list on that day."
    ),
    "shares_beyond_whole": Words(
        "各方融资份额合计不得超过 100%。", "Financed shares may not add up to more than 100 %."
    ),
    "still_suspended": Words("暂停的原因尚未消除。", "The ground for the suspension still stands."),
    "not_verified_finally": Words(
        "尚未完成最终核查。", "The final verification has not been made."
    ),
    "report_not_verified": Words(
        "监测报告尚未经第三方核查。", "The report has not been verified by a third party."
    ),
    "subject_not_identified": Words(
        "列入对象未能唯一识别：请提供统一社会信用代码、人员或场所标识。",
        "The subject is not identified: give a USCC, a person's or a site's identifier.",
    ),
    "ground_unknown": Words("列入事由不在规定清单内。", "The ground is not on the closed list."),
    "end_beyond_ground": Words(
        "截止日期超过该事由允许的最长期限。",
        "The end date lies beyond the longest term of this ground.",
    ),
    "statement_period_running": Words(
        "陈述申辩期尚未结束。", "The time for the subject's statement is still running."
    ),
    "statement_period_over": Words(
        "陈述申辩期已结束。", "The time for the subject's statement is over."
    ),
    "no_emergency": Words(
        "未说明紧急情形，不能临时列入。",
        "No emergency has been shown, so there is no provisional entry.",
    ),
    "not_provisional": Words("该条目不是临时列入。", "This entry is not provisional."),
    "not_noticed": Words("尚未告知被列入方。", "The subject has not been given notice yet."),
    "appeal_where_listed": Words(
        "该记录来自法院或主管部门，请向作出机关提出。",
        "This mirrors a court's or an authority's record: turn to whoever made it.",
    ),
    "repair_not_filed": Words("尚未提交信用修复材料。", "No proof of repair has been filed."),
    "minimum_time_running": Words(
        "最短公示期尚未届满。", "The minimum time on the list has not been served."
    ),
    "has_mistakes": Words("还有错误未改正。", "There are mistakes that have not been put right."),
    "impact_unknown": Words(
        "尚未对全部申请试算本稿的影响。",
        "Its impact on all applications has not been computed for the files as they stand.",
    ),
    "effect_in_the_past": Words(
        "施行日期不得早于今天，也不得早于规则文件自定的施行日期。",
        "It cannot take effect before today, nor before the day its own file states.",
    ),
    "version_taken": Words(
        "该版本号已被使用，请另起版本号。", "This version exists already: give it another name."
    ),
    "publisher_edited": Words(
        "您编辑过本稿，须由他人发布。", "You edited this draft: another person publishes it."
    ),
    "signature_broken": Words(
        "签名与文件不符，未予发布。", "The signature does not fit the files: nothing was published."
    ),
    "decision_not_approved": Words(
        "没有已批准的决定，不能签发证书。", "Without an approved decision there is no certificate."
    ),
}

NEEDS: dict[str, Words] = {
    "reason": Words("请选择理由。", "Choose a reason."),
    "clause": Words("请写明依据条款。", "Name the clause."),
    "rationale": Words("请说明理由。", "Give a rationale."),
    "findings": Words("请列出需补正的问题。", "List the findings."),
    "declarations": Words("请确认各项声明。", "Confirm the declarations."),
    "grade": Words("请提出等级建议。", "Propose a grade."),
    "evidence": Words("请附上证据。", "Attach the evidence."),
    "ground": Words("请选择事由。", "Choose the ground."),
    "end_date": Words("请填写截止日期。", "Give the end date."),
    "proof": Words("请附上证明。", "Attach the proof."),
    "amount": Words("请填写金额。", "Give the amount."),
    "instrument": Words("请选择融资工具。", "Choose the instrument."),
    "day": Words("请填写日期。", "Give the date."),
    "assignee": Words("请选择评审人。", "Choose the assessor."),
}
