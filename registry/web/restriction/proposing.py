"""A proposal: who, on which ground, on what evidence, for how long."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from registry.operations import restriction, restriction_draft
from registry.operations.account import DataRefused
from registry.operations.evidence import FileRefused
from registry.operations.restriction_move import commit_number
from registry.queries import restriction as screened
from registry.queries.policy import policy_in_force
from registry.rules.lifecycle import MoveRefused
from registry.rules.restriction import GROUNDS, longest_term
from registry.rules.screening import Name, Subject, check_uscc
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import said, t
from registry.web.pinning import DayField, pin, words_of
from registry.web.restriction import blueprint
from registry.web.restriction.reading import PROPOSERS, file_words, ground_name
from registry.words import grounds
from registry.words import screening as words

# Which field bears what the life cycle or the ground does not take.
BEARS = {
    "subject_not_identified": "uscc",
    "ground_unknown": "basis",
    "end_beyond_ground": "to_day",
    "needed": "evidence",
}


class ProposalForm(FlaskForm):  # type: ignore[misc]
    subject_kind = RadioField(default="company")
    name_zh = StringField()
    name_en = StringField(validators=[Optional(), Length(max=200)])
    former_names = TextAreaField(validators=[Optional(), Length(max=1000)])
    uscc = StringField(validators=[Optional(), Length(max=40)])
    person_number = StringField(validators=[Optional(), Length(max=40)])
    basis = SelectField()
    decision_number = StringField(validators=[Optional(), Length(max=120)])
    issuing_body = StringField(validators=[Optional(), Length(max=200)])
    facts = TextAreaField()
    evidence = FileField()
    scope_kind = RadioField(default="everywhere")
    scope_id = StringField(validators=[Optional(), Length(max=40)])
    from_day = DayField()
    to_day = DayField(validators=[Optional()])
    review_on = DayField(validators=[Optional()])

    def speak(self) -> None:
        labels = {
            "subject_kind": t("列入对象", "Subject"),
            "name_zh": t("名称（中文）", "Name in Chinese"),
            "name_en": t("英文名称", "Name in English"),
            "former_names": t("曾用名", "Former names"),
            "uscc": t("统一社会信用代码", "Unified social credit code"),
            "person_number": t("身份证件号码", "Identity number"),
            "basis": t("事由与情形", "Ground and limb of its clause"),
            "decision_number": t("决定或判决文号", "Number of the decision"),
            "issuing_body": t("作出机关", "Issued by"),
            "facts": t("事实", "Facts"),
            "evidence": t("证据文件", "Evidence"),
            "scope_kind": t("适用范围", "Where it counts"),
            "scope_id": t("园区、行业或基金", "Zone, industry or fund"),
            "from_day": t("起算日", "First day"),
            "to_day": t("截止日期", "Last day"),
            "review_on": t("复查日期", "Review on"),
        }
        for name, text in labels.items():
            self[name].label.text = text
        self.subject_kind.choices = [(c, said(w)) for c, w in grounds.SUBJECTS.items()]
        self.scope_kind.choices = [(c, said(w)) for c, w in grounds.REACHES.items()]
        self.basis.choices = [("", t("请选择", "Choose one")), *bases()]
        needed = InputRequired(t("此项必填。", "This is needed."))
        self.name_zh.validators = [
            needed,
            Length(min=2, max=120, message=t("请写 2 至 120 个字。", "Write 2 to 120 characters.")),
        ]
        self.facts.validators = [
            needed,
            Length(
                min=4, max=4000, message=t("请写 4 至 4000 个字。", "Write 4 to 4000 characters.")
            ),
        ]
        self.basis.validators = self.from_day.validators = [needed]
        self.evidence.validators = [
            FileRequired(t("请附上证据文件。", "Attach the file it rests on."))
        ]


def bases() -> list[tuple[str, str]]:
    """Ground and limb in one choice, with the longest term that it allows."""
    return [
        (
            f"{ground.code}|{case.code}",
            f"{ground_name(ground.code)} · {said(grounds.CASES[case.code])} · {_term(case.months)}",
        )
        for ground in GROUNDS.values()
        for case in ground.cases
    ]


def _term(months: int | None) -> str:
    if months is None:
        return t("至履行完毕", "until performed")
    return t("最长 %(n)s 个月", "at most %(n)s months", n=months)


def _subject(form: ProposalForm) -> Subject:
    return Subject(
        name=form.name_zh.data or "",
        kind=form.subject_kind.data or "company",
        name_en=form.name_en.data or "",
        uscc=form.uscc.data or "",
        other_names=tuple(Name(one, "former") for one in _former(form)),
    )


def _former(form: ProposalForm) -> list[str]:
    lines = (form.former_names.data or "").replace("；", "\n").splitlines()
    return [line.strip() for line in lines if line.strip()]


def _values(form: ProposalForm) -> dict[str, Any]:
    ground, _, case = (form.basis.data or "").partition("|")
    code = check_uscc(form.uscc.data or "")
    return {
        "subject_kind": form.subject_kind.data,
        "name_zh": (form.name_zh.data or "").strip(),
        "name_en": (form.name_en.data or "").strip(),
        "uscc": code.normalised if code.kind != "unknown" else (form.uscc.data or "").strip(),
        "ground": ground,
        "case_code": case,
        "decision_number": form.decision_number.data or "",
        "issuing_body": form.issuing_body.data or "",
        "facts": form.facts.data,
        "scope_kind": form.scope_kind.data,
        "scope_id": (form.scope_id.data or "").strip(),
        "from_day": form.from_day.data,
        "to_day": form.to_day.data,
    }


def _complete_term(form: ProposalForm) -> None:
    """Without a word on the end, the longest that the ground allows."""
    ground, _, case = (form.basis.data or "").partition("|")
    if form.to_day.data or form.review_on.data or ground not in GROUNDS or not form.from_day.data:
        return
    term = longest_term(GROUNDS[ground], case, form.from_day.data)
    form.to_day.data, form.review_on.data = term.to_day, term.review_on


@blueprint.route("/propose", methods=["GET", "POST"])
@opens_to(*PROPOSERS)
def propose_entry() -> ResponseReturnValue:
    form = ProposalForm()
    form.speak()
    if not form.is_submitted():
        form.from_day.data = edge.today()
    elif form.validate():
        _complete_term(form)
        made = _propose(form)
        if made is not None:
            flash(
                t(
                    "提议已记录。限制名单审定人员将看到它；对象尚未受到任何影响。",
                    "The proposal is on record for the approvers. Nothing is stopped yet.",
                ),
                "success",
            )
            return redirect(url_for("restriction.entry", entry_id=made), 303)
    page = render_template("restriction/propose.html", form=form, limit=edge.settings())
    return page, 422 if form.errors or form.form_errors else 200


def _propose(form: ProposalForm) -> int | None:
    number = (form.person_number.data or "").strip()
    settings = edge.settings()
    aliases = [{"role": "former", "text": one} for one in _former(form)]
    try:
        proof = restriction_draft.keep_proof(
            settings.evidence_folder,
            form.evidence.data.filename or "",
            form.evidence.data.read(),
            limit_bytes=settings.upload_limit_bytes,
        )
        with edge.writing() as session:
            made = restriction.propose(
                session,
                values=_values(form),
                proof=proof,
                by=edge.actor(),
                now=edge.now(),
                aliases={"names": aliases} if aliases else {},
                person_commitment=commit_number(settings.secret_key, number) if number else "",
                review_on=form.review_on.data,
            )
            return made.id
    except FileRefused as refused:
        form.evidence.errors = [*form.evidence.errors, file_words(refused)]
    except DataRefused as refused:
        pin(form, refused)
    except MoveRefused as refused:
        bearer = BEARS.get(str(refused.code))
        if bearer:
            form[bearer].errors = [*form[bearer].errors, words_of(refused)]
        else:
            form.form_errors.append(words_of(refused))
    return None


@blueprint.post("/propose/similar")
@opens_to(*PROPOSERS)
def similar_entries() -> ResponseReturnValue:
    """While the name is typed: what the list has already, and how far the code can be right."""
    form = ProposalForm(meta={"csrf": True})
    form.speak()
    subject = _subject(form)
    states = (*screened.FLAGGING_STATES, *screened.SCREENED_STATES)
    named = len(subject.name) >= 2
    hits = (
        screened.matches_of(edge.reading(), subject, policy_in_force(edge.reading()), states=states)
        if named
        else []
    )
    return render_template(
        "restriction/similar.html",
        hits=[(one, row) for one, row in hits if one.is_hit][:5],
        code=check_uscc(subject.uscc) if subject.uscc else None,
        bands=words.BANDS,
        ground_name=ground_name,
    )
