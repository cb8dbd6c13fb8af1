"""What is wrong with an answer or a file, and the words of the form that no rulebook brings."""

from . import Words

PROBLEMS: dict[str, Words] = {
    "required": Words("请填写此项。", "Answer this question."),
    "not_a_number": Words(
        "“%(found)s”不是数字，请用阿拉伯数字填写。", "“%(found)s” is not a number. Use digits only."
    ),
    "ambiguous_separator": Words(
        "“%(found)s”中的逗号位置不明确，请写成 72,668 或 72668。",
        "The comma in “%(found)s” could mean two things. Write 72,668 or 72668.",
    ),
    "percent_sign": Words(
        "请只填数字，不带百分号：12 而不是 12%%。", "Leave out the percent sign: 12, not 12%%."
    ),
    "not_finite": Words("数值过大。", "The number is too large."),
    "not_an_integer": Words("请填写整数。", "Give a whole number."),
    "too_many_decimals": Words(
        "最多保留 %(decimals)s 位小数。", "Give at most %(decimals)s decimals."
    ),
    "below_minimum": Words("不得小于 %(limit)s。", "It must be %(limit)s or more."),
    "above_maximum": Words("不得大于 %(limit)s。", "It must be %(limit)s or less."),
    "not_an_option": Words("请从选项中选择。", "Choose one of the options."),
    "not_a_date": Words(
        "“%(found)s”不是日期，请写成 2026-11-22。",
        "“%(found)s” is not a date. Write it as 2026-11-22.",
    ),
    "date_out_of_range": Words(
        "日期 %(found)s 不在 1900 年至 2200 年之间。",
        "The date %(found)s does not lie between 1900 and 2200.",
    ),
    "forbidden_character": Words(
        "含有不可见或控制字符（%(found)s），请重新键入。",
        "It has an invisible or control character (%(found)s). Type it again.",
    ),
    "too_long": Words("最多 %(limit)s 个字符。", "Use at most %(limit)s characters."),
    "too_short": Words("至少 %(limit)s 个字符。", "Use at least %(limit)s characters."),
    "not_a_code": Words(
        "“%(found)s”不是这里要填的代码。", "“%(found)s” is not a code of the kind asked for here."
    ),
    "unknown_field": Words("规则中没有这一项。", "The rulebook has no such question."),
    "not_yours_to_set": Words(
        "此项由评审人员或平台填写。", "This is set by an assessor or by the registry."
    ),
}
AT_MOST = Words(
    "按已填数据，最多为 %(limit)s。", "By the other answers it can be at most %(limit)s."
)
AT_LEAST = Words(
    "按已填数据，至少为 %(limit)s。", "By the other answers it must be at least %(limit)s."
)
UNNAMED = Words("答案有误（%(code)s）。", "There is a problem with this answer (%(code)s).")

FILE_FAULTS: dict[str, Words] = {
    "file_empty": Words("文件是空的。", "The file is empty."),
    "file_too_large": Words(
        "文件太大：每个不超过 %(limit)s。", "The file is too large: at most %(limit)s each."
    ),
    "file_kind_not_allowed": Words(
        "不接受此类文件。请上传 PDF、PNG、JPG、XLSX、DOCX 或 CSV。",
        "Files of this kind are not taken. Send a PDF, PNG, JPG, XLSX, DOCX or CSV.",
    ),
    "file_kind_differs": Words(
        "文件内容与扩展名不符，请核对后重新上传。",
        "What is in the file does not match the ending of its name. Check it and send it again.",
    ),
    "file_too_many": Words(
        "文件太多：每份申请不超过 %(limit)s 个。", "Too many files: at most %(limit)s a case."
    ),
}

PARTICULARS: dict[str, Words] = {
    "project_name_zh": Words("项目名称（中文）", "Name of the project (Chinese)"),
    "project_name_en": Words("项目名称（英文）", "Name of the project (English)"),
    "summary_zh": Words("项目概况（中文）", "Summary (Chinese)"),
    "summary_en": Words("项目概况（英文）", "Summary (English)"),
    "site_address": Words("项目地址", "Address of the site"),
}
PARTICULARS_HINTS: dict[str, Words] = {
    "project_name_zh": Words(
        "与备案或核准文件一致，将印在证书上。",
        "As on the filing or approval document; it is printed on the certificate.",
    ),
    "project_name_en": Words(
        "英文证书所用名称，可用汉语拼音。",
        "For the English half of the certificate; pinyin will do.",
    ),
    "summary_zh": Words(
        "建设内容、规模和工艺，两三句话即可。入库后公开。",
        "What is built, how large, by which process: a few sentences. Public once listed.",
    ),
    "summary_en": Words("供境外读者阅读，入库后公开。", "For readers abroad. Public once listed."),
    "site_address": Words(
        "省、市、县（区）和具体地点。", "Province, city, county and the place itself."
    ),
}
PARTICULARS_STEP = Words("项目基本信息", "The project in brief")
PARTICULARS_STEP_HINT = Words(
    "名称和概况将出现在证书和公开登记页上。",
    "Names and summary appear on the certificate and in the public register.",
)

DECLARATIONS: dict[str, Words] = {
    "true_and_complete": Words(
        "所填内容和所附文件真实、完整，如有不实愿承担法律责任。",
        "What is stated and attached is true and complete, and we answer for it in law.",
    ),
    "no_double_claim": Words(
        "同一环境效益未由他人全额主张；已出售的环境权益均已如实申报。",
        "Nobody else claims the same benefit in full, and every environmental attribute sold is declared.",
    ),
    "agrees_to_publication": Words(
        "同意在入库后公开项目名称、概况、等级和环境效益；商业秘密除外。",
        "Once listed, the project's name, summary, grade and benefit may be published; trade secrets are not.",
    ),
    "discloses_trade_secrets": Words(
        "（可选）同意把标为商业秘密的填报值也写入证书内的证据，任何人都能独立重算得分；不同意的，证据中只有加盐承诺，由本单位自行决定向谁打开。",
        "(Optional) Values marked as trade secrets may stand in the certificate's evidence too, so that "
        "anybody can re-compute the score; otherwise it carries salted commitments only, which we open "
        "to whom we choose.",
    ),
}

FINDING_KINDS: dict[str, Words] = {
    "correct": Words("整改", "Correct"),
    "clarify": Words("澄清", "Clarify"),
    "follow_up": Words("后续提供", "Follow up"),
}

# What the owner of a case is told of its history. What is not here is the reviewers' business:
# hits, stops, gates, assignments and scores before the decision.
TOLD: dict[str, Words] = {
    "application.started": Words("新建申请", "Application started"),
    "application.submitted": Words("已提交", "Sent"),
    "application.screened": Words(
        "登记平台已收到，进入初筛", "Received by the registry, being screened"
    ),
    "application.withdrawn": Words("已撤回", "Withdrawn"),
    "application.found_ineligible": Words("不予受理", "Not accepted"),
    "application.accepted": Words("已受理，进入评审", "Accepted, now in review"),
    "application.returned": Words("退回补正", "Returned for correction"),
    "application.resubmitted": Words("补正后重新提交", "Sent again with corrections"),
    "application.lapsed": Words("补正逾期，申请失效", "Lapsed: no correction came in time"),
    "application.recommended": Words("评审完成，等待复核", "Review done, awaiting approval"),
    "application.approved": Words("审定通过，进入公示", "Approved, on public notice"),
    "application.approved_and_entered": Words(
        "审定通过，进入储备库", "Approved and put on the reserve list"
    ),
    "application.rejected": Words("未通过", "Rejected"),
    "application.objection_upheld": Words(
        "公示期异议成立，重新评审", "An objection was upheld: in review again"
    ),
    "application.entered": Words("公示期满，进入储备库", "Notice over, put on the reserve list"),
    "application.appealed": Words("已申请复议", "Appeal filed"),
    "application.appeal_dismissed": Words("复议维持原决定", "The decision stands after the appeal"),
    "application.decision_overturned": Words(
        "复议撤销原决定，重新评审", "The appeal succeeded: in review again"
    ),
    "application.interest_expressed": Words("有机构表达融资意向", "A fund or bank is interested"),
    "application.financed": Words("登记融资", "Financing recorded"),
    "application.financed_further": Words("登记后续融资", "Further financing recorded"),
    "application.monitoring_begun": Words("进入存续监测", "Monitoring begun"),
    "application.renewed": Words("在库续期", "Listing renewed"),
    "application.suspended": Words("暂停", "Suspended"),
    "application.reinstated": Words("恢复", "Reinstated"),
    "application.expired": Words("在库到期", "Listing expired"),
    "application.delisted": Words("出库", "Delisted"),
    "application.completed": Words("结项", "Completed"),
}
BY_OWNER = frozenset(
    {
        "application.started",
        "application.submitted",
        "application.resubmitted",
        "application.withdrawn",
        "application.appealed",
    }
)

# What comes next for the owner, by state.
NEXT: dict[str, Words] = {
    "DRAFT": Words(
        "填完各部分，核对后由签章人提交。", "Fill in each part; the signatory checks and sends it."
    ),
    "SUBMITTED": Words(
        "登记平台正在初筛，无需操作。", "The registry is screening it. Nothing to do."
    ),
    "SCREENING": Words(
        "登记平台正在初筛，无需操作。", "The registry is screening it. Nothing to do."
    ),
    "RETURNED": Words(
        "请在期限内逐条答复并重新提交。", "Answer each finding and send it again in time."
    ),
    "IN_REVIEW": Words("评审中，无需操作。", "In review. Nothing to do."),
    "PENDING_APPROVAL": Words("等待复核，无需操作。", "Awaiting approval. Nothing to do."),
    "NOTICE": Words(
        "公示中；无异议则进入储备库。", "On public notice; without objection it is then listed."
    ),
    "INELIGIBLE": Words(
        "请阅读通知书；可在期限内申请复议，或复制后重新申请。",
        "Read the letter. You may appeal in time, or copy it into a new draft.",
    ),
    "REJECTED": Words(
        "请阅读通知书；可在期限内申请复议，或复制后重新申请。",
        "Read the letter. You may appeal in time, or copy it into a new draft.",
    ),
    "UNDER_APPEAL": Words(
        "复议进行中，结果将书面告知。", "The appeal is being heard; you will be told the outcome."
    ),
    "RESERVE": Words(
        "已在储备库；证书在此下载，等待资金方联系。",
        "On the reserve list; download the certificate here. Funds and banks may contact you.",
    ),
    "FINANCED": Words(
        "已融资；请按要求报送监测数据。", "Financed. Report monitoring data when asked."
    ),
    "MONITORED": Words("请按周期报送监测数据。", "Report monitoring data on time."),
    "SUSPENDED": Words(
        "已暂停；请联系登记平台了解须补齐的事项。",
        "Suspended. Ask the registry what must be put right.",
    ),
    "EXPIRED": Words(
        "在库有效期已满；可复制后重新申请。",
        "The listing has run out. You may copy it into a new draft.",
    ),
    "LAPSED": Words("可复制原内容重新申请。", "You may copy it into a new draft."),
    "WITHDRAWN": Words("可复制原内容重新申请。", "You may copy it into a new draft."),
    "DELISTED": Words("已出库，证书已撤销。", "Delisted; its certificate is revoked."),
    "COMPLETED": Words("项目已结项。", "The project is complete."),
}
