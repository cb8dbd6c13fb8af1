"""One's own organisations: registering, correcting, colleagues."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.models import Organisation
from registry.operations import organisation as operations
from registry.operations.grant import end_membership
from registry.operations.invitation import invite_colleague as invite
from registry.queries import organisation as organisations
from registry.reference import division
from registry.rules.calendar import legal_date
from registry.rules.permissions import Action, Role, Scope, holds, may
from registry.rules.screening.identifiers import check_uscc
from registry.web.access import opens_to_signed_in
from registry.web.account import blueprint
from registry.web.account.forms import InviteForm, OrganisationForm
from registry.web.edge import actor, now, reading, settings, writing
from registry.web.language import current_language, t
from registry.web.pinning import REFUSED, flash_refusal, pin

FULL_CODE = 15  # characters of the shortest registration number: a shorter one is still being typed


@blueprint.get("/organisations", endpoint="organisations")
@opens_to_signed_in
def organisations_page() -> ResponseReturnValue:
    by = actor()
    own = organisations.own_organisations(reading(), by.person_id or 0, on=legal_date(now()))
    return render_template("account/organisations.html", own=own)


def _own(organisation_id: int) -> Organisation:
    """One's own, or nothing there: nobody learns which organisations exist by counting up."""
    if organisation_id not in actor().organisation_ids:
        abort(404)
    found = organisations.organisation_with_id(reading(), organisation_id)
    return found if found is not None else abort(404)


def _acts_for(organisation: Organisation) -> bool:
    scope = Scope(organisation_id=organisation.id)
    return holds(actor(), (Role.EDITOR, Role.SIGNATORY), scope, legal_date(now())) is not None


@blueprint.get("/organisations/<int:organisation_id>")
@opens_to_signed_in
def organisation(organisation_id: int) -> ResponseReturnValue:
    found = _own(organisation_id)
    today = legal_date(now())
    scope = Scope(organisation_id=found.id)
    return render_template(
        "account/organisation.html",
        organisation=found,
        province=division(found.province_code) if found.province_code else None,
        code=check_uscc(found.uscc),
        colleagues=organisations.colleagues(reading(), found.id, on=today),
        may_amend=_acts_for(found),
        may_invite=may(actor(), Action.INVITE_COLLEAGUE, scope, today),
        own_id=actor().person_id,
    )


@blueprint.route("/organisations/register", methods=["GET", "POST"])
@opens_to_signed_in
def register_organisation() -> ResponseReturnValue:
    form = OrganisationForm(kind="company")
    by = actor()
    if form.validate_on_submit():
        try:
            with writing() as session:
                made = operations.register_organisation(
                    session,
                    values=form.values(),
                    base_url=settings().base_url,
                    by=by,
                    now=now(),
                )
                made_id = made.id
            flash(
                t(
                    "单位已登记，等待核验。",
                    "The organisation is registered and waits to be verified.",
                ),
                "success",
            )
            return redirect(url_for("account.organisation", organisation_id=made_id), 303)
        except REFUSED as error:
            pin(form, error)
    page = render_template("account/register_organisation.html", form=form, organisation=None)
    return page, 422 if form.errors else 200


@blueprint.post("/organisations/check-code")
@opens_to_signed_in
def check_code() -> ResponseReturnValue:
    """While a code is typed: what speaks against it by its own check characters, and nothing else.
    Whether anybody is on a list is not asked."""
    code = check_uscc(request.form.get("uscc", "")[:40])
    is_whole = len(code.normalised) >= FULL_CODE
    return render_template("account/code_check.html", code=code if is_whole else None)


@blueprint.route("/organisations/<int:organisation_id>/amend", methods=["GET", "POST"])
@opens_to_signed_in
def amend_organisation(organisation_id: int) -> ResponseReturnValue:
    found = _own(organisation_id)
    if not _acts_for(found):
        abort(403)
    form = OrganisationForm(obj=found)
    by = actor()
    if form.validate_on_submit():
        try:
            with writing() as session:
                operations.amend_organisation(
                    session,
                    organisation_id=organisation_id,
                    version=form.version_seen(),
                    values=form.values(),
                    base_url=settings().base_url,
                    by=by,
                    now=now(),
                )
            flash(t("已保存。", "Saved."), "success")
            return redirect(url_for("account.organisation", organisation_id=organisation_id), 303)
        except REFUSED as error:
            pin(form, error)
    page = render_template("account/register_organisation.html", form=form, organisation=found)
    return page, 422 if form.errors else 200


@blueprint.route("/organisations/<int:organisation_id>/invite", methods=["GET", "POST"])
@opens_to_signed_in
def invite_colleague(organisation_id: int) -> ResponseReturnValue:
    found = _own(organisation_id)
    by = actor()
    if not may(by, Action.INVITE_COLLEAGUE, Scope(organisation_id=found.id), legal_date(now())):
        abort(403)
    form = InviteForm(language=current_language(), role=Role.EDITOR.value)
    if form.validate_on_submit():
        try:
            with writing() as session:
                invite(
                    session,
                    organisation_id=organisation_id,
                    email=form.email.data or "",
                    name=form.name.data or "",
                    language=form.language.data or "",
                    role=form.role.data or "",
                    base_url=settings().base_url,
                    by=by,
                    now=now(),
                )
            flash(
                t("邀请已发出，对方接受后生效。", "Invited. It begins when they accept."), "success"
            )
            return redirect(url_for("account.organisation", organisation_id=organisation_id), 303)
        except REFUSED as error:
            pin(form, error)
    page = render_template("account/invite_colleague.html", form=form, organisation=found)
    return page, 422 if form.errors else 200


@blueprint.post("/organisations/<int:organisation_id>/members/<int:membership_id>/end")
@opens_to_signed_in
def end_colleague(organisation_id: int, membership_id: int) -> ResponseReturnValue:
    found = _own(organisation_id)
    today = legal_date(now())
    people = organisations.colleagues(reading(), found.id, on=today)
    if membership_id not in {colleague.membership_id for colleague in people}:
        abort(404)
    by = actor()
    try:
        with writing() as session:
            end_membership(session, membership_id=membership_id, by=by, now=now())
        flash(
            t("已离开单位，相应角色同时终止。", "Membership and its roles have ended."), "success"
        )
    except REFUSED as error:
        flash_refusal(error)
    return redirect(url_for("account.organisations"), 303)
