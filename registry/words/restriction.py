"""What a subject says on an entry, why it appeals, and what became of it."""

from . import Words

STATEMENTS: dict[str, Words] = {
    "statement": Words("陈述申辩", "Statement"),
    "appeal": Words("复议申请", "Appeal"),
    "repair": Words("信用修复申请", "Repair"),
}
APPEAL_GROUNDS: dict[str, Words] = {
    "identity": Words("不是同一主体", "Not the same body"),
    "fact": Words("事实不成立", "The facts are wrong"),
    "repaired": Words("已经整改", "It has been put right"),
    "disproportionate": Words("处理过重", "Disproportionate"),
}
OUTCOMES: dict[str, Words] = {
    "": Words("待处理", "To be decided"),
    "upheld": Words("维持列入", "Entry upheld"),
    "varied": Words("变更期限", "Term varied"),
    "annulled": Words("撤销列入", "Entry annulled"),
    "refused": Words("不予修复", "Repair refused"),
    "lifted": Words("提前移出", "Lifted"),
}
CHANGES: dict[str, Words] = {
    "entered": Words("列入", "Entered"),
    "entered_provisionally": Words("临时列入", "Entered provisionally"),
    "confirmed": Words("确认列入", "Confirmed"),
    "varied": Words("变更期限", "Varied"),
    "stayed": Words("暂缓生效", "Stayed"),
    "resumed": Words("恢复生效", "Resumed"),
    "annulled": Words("撤销", "Annulled"),
    "lifted": Words("提前移出", "Lifted"),
    "expired": Words("到期移出", "Expired"),
}
# What each act brings about, said before it is done.
CONSEQUENCES: dict[str, tuple[Words, ...]] = {
    "notify": (
        Words(
            "生成告知书与陈述入口，陈述申辩期从今日起算。",
            "The letter and its link are made, and the days for a statement begin today.",
        ),
        Words(
            "对象在本平台有账户的，立即邮件告知；没有的，请打印告知书邮寄。",
            "A subject with an account here is told by mail at once; print the letter for others.",
        ),
    ),
    "dismiss": (Words("该提议终结，不产生任何影响。", "The proposal ends and has no effect."),),
    "enter": (
        Words(
            "条目生效：在审申请被拦截，同一主体的在库项目与证书暂停。",
            "In force: open applications stop, listed projects and certificates of the same body are "
            "suspended.",
        ),
        Words(
            "名称相近但不能确定的，交由两人核对。",
            "Where only the name is alike, two persons look at it.",
        ),
    ),
    "call_emergency": (
        Words("须由另一位审定人临时列入。", "Another approver must put it in force."),
    ),
    "enter_provisionally": (
        Words(
            "立即生效，三十日内未经确认自动失效；应随即告知对象。",
            "In force at once, for thirty days unless confirmed. Give the subject notice now.",
        ),
    ),
    "confirm": (
        Words("临时列入转为正式，直至所填日期。", "The provisional entry stands until that day."),
    ),
    "uphold": (
        Words(
            "条目维持；因身份争议暂缓的，恢复生效。", "The entry stands; a stay comes to its end."
        ),
    ),
    "vary": (Words("条目按新期限继续。", "The entry goes on with the new term."),),
    "annul": (
        Words(
            "条目撤销：受影响的项目与证书重新核对后恢复，在审申请放行。",
            "The entry is annulled: projects and certificates are checked again and come back, open "
            "applications are released.",
        ),
    ),
    "refuse_repair": (
        Words("条目继续有效，告知对象理由。", "The entry stands; the subject is told."),
    ),
    "lift": (
        Words(
            "条目提前失效，受影响的项目与证书重新核对。",
            "The entry ends early; projects and certificates that it held are checked again.",
        ),
    ),
}
