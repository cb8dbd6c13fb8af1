"""The log itself: page by page, event by event, verified on the page, exported, its head noted."""

import re
from collections.abc import Iterator

from flask import (
    Response,
    abort,
    render_template,
    request,
    stream_template,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue

from registry.queries import audit
from registry.rules import chain as rule
from registry.rules.chain import Head
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import opens_to
from registry.web.auditor import blueprint
from registry.web.auditor.case import event_view
from registry.words import Words

PAGE = 50
_HEAD = re.compile(r"(\d{1,15}):([0-9a-fA-F]{64})")

FAULTS = {
    "changed": Words("字节与所存摘要不符", "its bytes are not those of the stored hash"),
    "replaced": Words("不是后一事件所链接的事件", "not what the next event was chained to"),
    "malformed": Words("不是规范的事件记录", "no canonical record of an event"),
    "renumbered": Words("编号被改", "its number was changed"),
    "repeated": Words("编号重复或次序颠倒", "the number again, or out of order"),
    "removed": Words("事件缺失", "missing"),
    "column_differs": Words("旁列与字节不符", "a column beside the bytes says something else"),
    "not_as_noted": Words("与先前留存的日志头不符", "not as an older head noted it"),
    "tail_cut": Words("末尾被截断", "the tail was cut: an older head lies beyond the end"),
}


@blueprint.get("/log")
@opens_to(Role.AUDITOR)
def log() -> ResponseReturnValue:
    before = edge.row_number(request.args.get("before"))
    session = edge.reading()
    events = audit.newest_events(session, before=before, size=PAGE + 1)
    more, events = len(events) > PAGE, events[:PAGE]
    behind = audit.names_behind(session, (event.actor for event in events))
    return render_template(
        "auditor/log.html",
        events=[event_view(event, behind) for event in events],
        head=audit.head(session),
        first=url_for("auditor.log") if before else None,
        next=url_for("auditor.log", before=events[-1].seq) if more else None,
    )


@blueprint.get("/log/<int:seq>")
@opens_to(Role.AUDITOR)
def event(seq: int) -> ResponseReturnValue:
    session = edge.reading()
    found = audit.event(session, seq)
    if found is None:
        abort(404)
    behind = audit.names_behind(session, [found.actor])
    return render_template(
        "auditor/event.html",
        event=event_view(found, behind),
        before=audit.event(session, seq - 1) is not None,
        after=audit.event(session, seq + 1) is not None,
    )


@blueprint.get("/verify")
@opens_to(Role.AUDITOR)
def verify_chain() -> ResponseReturnValue:
    """The whole log, told as it is read: the page grows while the work goes on. `head` may hold
    older heads, one a line."""
    written = request.args.get("head", "")[:4000]
    given = written.split()
    heads = [Head(int(m[1]), m[2].lower()) for said in given if (m := _HEAD.fullmatch(said))]
    asked = "start" in request.args
    return Response(
        stream_template(
            "auditor/verify.html",
            written=written,
            misread=len(given) - len(heads),
            steps=_steps(heads) if asked and len(given) == len(heads) else None,
            fault_words=FAULTS,
            now=edge.now(),
        ),
        mimetype="text/html",
    )


def _steps(heads: list[Head]) -> Iterator[audit.Progress]:
    with edge.database().read() as session:
        yield from audit.verify_in_steps(session, heads)


@blueprint.get("/log.jsonl")
@opens_to(Role.AUDITOR)
def export_chain() -> ResponseReturnValue:
    """The whole chain, one line an event, for `registry audit verify --export` elsewhere."""
    answer = Response(stream_with_context(_lines()), mimetype="application/x-ndjson")
    answer.headers["Content-Disposition"] = 'attachment; filename="audit-log.jsonl"'
    return answer


def _lines() -> Iterator[str]:
    with edge.database().read() as session:
        for stored in audit.stored_events(session):
            yield rule.to_line(stored)


@blueprint.get("/head.txt")
@opens_to(Role.AUDITOR)
def head() -> ResponseReturnValue:
    """The head to note down somewhere else."""
    found = audit.head(edge.reading())
    if found is None:
        abort(404)
    stamp = edge.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    text = f"{found.seq}:{found.hash}\n# {edge.settings().base_url} {stamp}\n"
    answer = Response(text, mimetype="text/plain")
    answer.headers["Content-Disposition"] = f'attachment; filename="audit-head-{found.seq}.txt"'
    return answer
