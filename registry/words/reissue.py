"""Words for certificates made anew by the thousand."""

from registry.words import Words
from registry.words.refusals import REFUSALS

STATES: dict[str, Words] = {
    "PROPOSED": Words("待第二人批准", "Waits for a second person"),
    "REFUSED": Words("未批准", "Refused"),
    "RUNNING": Words("正在换发", "Running"),
    "PAUSED": Words("已暂停", "Paused"),
    "DONE": Words("已完成", "Done"),
    "CANCELLED": Words("已取消", "Cancelled"),
}
CONSEQUENCES: dict[str, list[Words]] = {
    "propose": [
        Words(
            "提议后须由另一位审定人批准，在此之前不会改动任何证书。",
            "Another person, an approver, has to approve it; until then no certificate changes.",
        ),
        Words(
            "只换发提议时已有、届时仍有效的证书；暂停中的证书不在其内。",
            "It takes the certificates that exist now and are in force then; suspended ones are left.",
        ),
    ],
    "approve": [
        Words(
            "后台逐张办理：原证书即被替代，以新编号、按当前登记内容换发，有效期不变，并告知持有人。",
            "One after another is superseded and issued anew under a number of its own, from what is on "
            "record then and for the same term; holders are told.",
        ),
        Words(
            "任一案件中存在利益冲突的，该证书不予换发并列出原因。",
            "Where a conflict of interest bars one of the two persons, that certificate is left and named.",
        ),
        Words(
            "可随时暂停或取消；已换发的不恢复。",
            "It can be paused or cancelled at any time; what was done stays.",
        ),
    ],
    "refuse": [Words("不改动任何证书。", "No certificate changes.")],
}
_WAITS = Words(
    "已有人对该证书单独提议更正", "Somebody proposed an amendment of this certificate by itself"
)
_BROKEN = Words(
    "办理时出错，保持原样；原因见后台日志",
    "It could not be done and stays as it is; the worker's log says why",
)


def why_left(code: str) -> Words:
    """Why one certificate was left."""
    return {"amendment_waits": _WAITS, "broken": _BROKEN}.get(code) or REFUSALS[code]
