"""A case's whole history on one page, and the note that an auditor may write beside it."""

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField
from wtforms.validators import DataRequired, Length

from registry.models import AuditEvent, Person
from registry.operations.annotation import LONGEST, annotate_case
from registry.queries import audit, history
from registry.queries.paper import paper_of, papers_of
from registry.rules import chain
from registry.rules.permissions import Role
from registry.web import edge, places
from registry.web.access import opens_to
from registry.web.auditor import blueprint
from registry.web.language import t
from registry.web.papers import paper_sent
from registry.words import Words
from registry.words.events import EVENTS, MOVES
from registry.words.grades import VERDICTS
from registry.words.papers import PAPERS
from registry.words.reasons import REASONS
from registry.words.roles import PARTS
from registry.words.screening import BANDS

PURPOSES = {
    "screening": Words("自动初筛", "Automatic screening"),
    "assessed": Words("评审", "Assessment"),
    "rescored": Words("按新规则重算", "Scored again"),
}


class NoteForm(FlaskForm):
    text = TextAreaField(validators=[DataRequired(), Length(max=LONGEST)])
    refers_suspicion = BooleanField()

    def speak(self) -> None:
        self.text.label.text = t("批注", "Note")
        self.text.validators[0].message = t("请写明批注内容。", "Write the note.")
        self.refers_suspicion.label.text = t(
            "作为疑点移送审定人员", "Refer it to the approvers as a suspicion"
        )


def event_view(event: AuditEvent, behind: Mapping[str, Person]) -> dict[str, Any]:
    """One event: its bytes as they are chained, its hash computed here, and who it was."""
    person = behind.get(event.actor)
    return {
        "seq": event.seq,
        "at": event.at,
        "kind": event.kind,
        "what": EVENTS.get(event.kind, Words(event.kind, event.kind)),
        "subject": event.subject,
        "actor": event.actor,
        "who": person.name if person is not None else "",
        "is_service": event.actor.startswith("service:"),
        "canonical": event.canonical.decode("utf-8", "backslashreplace"),
        "sha256": event.sha256,
        "holds": chain.event_hash(event.canonical) == event.sha256,
    }


@blueprint.route("/cases/<int:application_id>", methods=["GET", "POST"])
@opens_to(Role.AUDITOR)
def case(application_id: int) -> ResponseReturnValue:
    """Everything of one case; a POST adds a note."""
    record = history.case_record(edge.reading(), application_id)
    if record is None:
        abort(404)
    form = NoteForm()
    form.speak()
    if form.validate_on_submit():
        with edge.writing() as session:
            annotate_case(
                session,
                application_id=application_id,
                text=form.text.data,
                refers_suspicion=form.refers_suspicion.data,
                by=edge.actor(),
                now=edge.now(),
            )
        flash(
            t("疑点已移送。", "The suspicion was referred.")
            if form.refers_suspicion.data
            else t("批注已保存并写入日志。", "The note was kept and chained."),
            "success",
        )
        return redirect(url_for("auditor.case", application_id=application_id) + "#notes")
    return _page(application_id, form)


def _page(application_id: int, form: NoteForm) -> str:
    session = edge.reading()
    record = history.case_record(session, application_id)
    assert record is not None
    events = audit.events_of(session, *record.subjects)
    behind = audit.names_behind(session, (event.actor for event in events))
    return render_template(
        "auditor/case.html",
        record=record,
        form=form,
        events=[event_view(event, behind) for event in events],
        notes=audit.annotations_of(session, *record.subjects),
        zone_name=places.zone_name(record.application.zone_id),
        kind_name=places.kind_name(record.application.kind),
        part_words=PARTS,
        reasons=REASONS,
        bands=BANDS,
        purposes=PURPOSES,
        papers_printed=papers_of(session, application_id),
        paper_words=PAPERS,
        verdicts=VERDICTS | {"person_must_look": VERDICTS["look"]},
        move_words=MOVES["application"],
    )


@blueprint.get("/cases/<int:application_id>/papers/<int:paper_id>.pdf")
@opens_to(Role.AUDITOR)
def case_paper(application_id: int, paper_id: int) -> ResponseReturnValue:
    """A signed receipt, letter or report, as it was printed."""
    found = paper_of(edge.reading(), application_id, paper_id)
    return paper_sent(found) if found is not None else abort(404)
