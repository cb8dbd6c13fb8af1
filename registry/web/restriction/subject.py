"""The subject's side, without an account: what is held against it, its statement, appeal, repair."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from registry.models import RestrictedEntry
from registry.operations import restriction, restriction_appeal, restriction_draft
from registry.operations.evidence import FileRefused
from registry.operations.restriction_draft import Proof
from registry.queries import organisation as organisations
from registry.queries import restriction_list as lists
from registry.queries.restriction_facts import facts_of, said_by_subject
from registry.rules.lifecycle import RESTRICTION, MoveRefused
from registry.rules.lifecycle.stepping import open_moves
from registry.rules.permissions import PUBLIC, Role, ScopeKind
from registry.web import edge
from registry.web.access import opens_to, opens_to_everyone
from registry.web.language import said, t
from registry.web.pinning import words_of
from registry.web.restriction import blueprint
from registry.web.restriction.reading import clause_of, file_words, ground_name, name_of, sent
from registry.words.restriction import APPEAL_GROUNDS, OUTCOMES, STATEMENTS


class SpeakForm(FlaskForm):  # type: ignore[misc]
    ground = RadioField()
    text = TextAreaField()
    proof = FileField()

    def speak(self, kind: str) -> None:
        self.text.label.text = {
            "statement": t("您的陈述与申辩", "Your statement"),
            "appeal": t("复议理由", "Why you appeal"),
            "repair": t("整改情况", "What has been put right"),
        }[kind]
        self.proof.label.text = t("证明文件", "Proof")
        self.ground.label.text = t("复议事由", "Ground of the appeal")
        self.text.validators = [
            InputRequired(t("请填写内容。", "Write something.")),
            Length(
                min=4, max=4000, message=t("请写 4 至 4000 个字。", "Write 4 to 4000 characters.")
            ),
        ]
        if kind == "appeal":
            self.ground.choices = [(code, said(w)) for code, w in APPEAL_GROUNDS.items()]
            self.ground.validators = [InputRequired(t("请选择一项。", "Choose one."))]
        else:
            del self.ground


def _entry(token: str) -> RestrictedEntry:
    row = lists.by_token(edge.reading(), token)
    return row if row is not None else abort(404)


def _private(page: str, status: int = 200) -> ResponseReturnValue:
    """The address is the key: no cache keeps the page, no search engine lists it."""
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _open_to_subject(row: RestrictedEntry) -> set[str]:
    facts = facts_of(edge.reading(), row, by=PUBLIC, now=edge.now())
    moves = open_moves(
        RESTRICTION, row.state, PUBLIC, edge.now(), replace(facts, actor_is_subject=True)
    )
    return {str(move.event) for move in moves}


@blueprint.get("/subject/<token>")
@opens_to_everyone
def subject(token: str) -> ResponseReturnValue:
    row = _entry(token)
    page = render_template(
        "restriction/subject.html",
        entry=row,
        token=token,
        name=name_of(row),
        ground=ground_name(row.ground),
        clause=clause_of(row),
        open=_open_to_subject(row),
        statements=said_by_subject(edge.reading(), row.id),
        statement_words=STATEMENTS,
        outcome_words=OUTCOMES,
        is_mirrored=row.origin == "mirrored",
        today=edge.today(),
    )
    return _private(page)


@blueprint.get("/subject/<token>/evidence")
@opens_to_everyone
def subject_evidence(token: str) -> ResponseReturnValue:
    """What the entry rests on: nobody can answer to what is kept from him."""
    row = _entry(token)
    if not row.evidence_sha256:
        abort(404)
    return sent(row.evidence_sha256, row.evidence_name or "evidence")


@blueprint.route("/subject/<token>/statement", methods=["GET", "POST"])
@opens_to_everyone
def make_statement(token: str) -> ResponseReturnValue:
    return _speak(token, "statement", restriction.answer)


@blueprint.route("/subject/<token>/appeal", methods=["GET", "POST"])
@opens_to_everyone
def file_appeal(token: str) -> ResponseReturnValue:
    return _speak(token, "appeal", restriction_appeal.appeal)


@blueprint.route("/subject/<token>/repair", methods=["GET", "POST"])
@opens_to_everyone
def file_repair(token: str) -> ResponseReturnValue:
    return _speak(token, "repair", restriction_appeal.file_repair)


def _speak(token: str, kind: str, act: Callable[..., Any]) -> ResponseReturnValue:
    row = _entry(token)
    form = SpeakForm()
    form.speak(kind)
    if form.validate_on_submit() and _spoken(row, kind, form, act):
        flash(t("已收到，已转告经办人员。", "Received; the desk has been told."), "success")
        return redirect(url_for("restriction.subject", token=token), 303)
    page = render_template(
        "restriction/speak.html",
        form=form,
        kind=kind,
        name=name_of(row),
        label=STATEMENTS[kind],
        back=url_for("restriction.subject", token=token),
        limit=edge.settings().upload_limit_bytes,
    )
    return _private(page, 422 if form.errors or form.form_errors else 200)


def _spoken(row: RestrictedEntry, kind: str, form: SpeakForm, act: Callable[..., Any]) -> bool:
    more = {"ground": form.ground.data} if kind == "appeal" else {}
    try:
        proof = _proof(form)
        with edge.writing() as session:
            act(
                session,
                entry_id=row.id,
                text=form.text.data,
                proof=proof,
                by=edge.actor(),
                now=edge.now(),
                **more,
            )
    except FileRefused as refused:
        form.proof.errors = [*form.proof.errors, file_words(refused)]
    except MoveRefused as refused:
        if str(refused.code) == "needed":
            form.proof.errors = [*form.proof.errors, words_of(refused)]
        else:
            form.form_errors.append(words_of(refused))
    else:
        return True
    return False


def _proof(form: SpeakForm) -> Proof | None:
    if not form.proof.data or not form.proof.data.filename:
        return None
    settings = edge.settings()
    return restriction_draft.keep_proof(
        settings.evidence_folder,
        form.proof.data.filename,
        form.proof.data.read(),
        limit_bytes=settings.upload_limit_bytes,
    )


@blueprint.get("/about-us")
@opens_to(Role.SIGNATORY)
def about_us() -> ResponseReturnValue:
    """For a signatory: the entries on the own organisation of which it was given notice."""
    session, by = edge.reading(), edge.actor()
    signed_for = {
        grant.scope_id
        for grant in by.roles
        if grant.role == Role.SIGNATORY and grant.scope_kind == ScopeKind.ORGANISATION
    }
    own = organisations.own_organisations(session, by.person_id or 0, on=edge.today())
    rows = [
        {"organisation": one, "entry": row}
        for one in own
        if str(one.id) in signed_for
        for row in lists.of_organisation(session, one)
    ]
    return render_template("restriction/about_us.html", rows=rows, ground_name=ground_name)
