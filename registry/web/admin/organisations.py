"""The verification desk: organisations that wait, their data, the officer's word."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.models import Organisation
from registry.operations import organisation as operations
from registry.queries import account as accounts
from registry.queries import organisation as organisations
from registry.reference import division
from registry.rules.calendar import legal_date
from registry.rules.permissions import Role
from registry.rules.screening.identifiers import check_uscc
from registry.web.access import opens_to
from registry.web.admin import blueprint
from registry.web.admin.forms import GroupForm, OrganisationSearch, RefuseForm
from registry.web.admin.listing import after, chips, pages
from registry.web.edge import actor, now, reading, writing
from registry.web.language import t
from registry.web.pinning import REFUSED, flash_refusal, pin


@blueprint.get("/organisations", endpoint="organisations")
@opens_to(Role.ORG_VERIFIER, Role.ADMIN)
def organisations_page() -> ResponseReturnValue:
    form = OrganisationSearch(request.args)
    page = organisations.organisations_listed(
        reading(),
        text=form.q.data or "",
        verification=form.verification.data or "",
        after=after(),
    )
    return render_template(
        "admin/organisations.html",
        form=form,
        page=page,
        chips=chips("admin.organisations", form),
        pages=pages("admin.organisations", form, page),
    )


def _found(organisation_id: int) -> Organisation:
    found = organisations.organisation_with_id(reading(), organisation_id)
    return found if found is not None else abort(404)


@blueprint.get("/organisations/<int:organisation_id>")
@opens_to(Role.ORG_VERIFIER, Role.ADMIN)
def organisation(organisation_id: int) -> ResponseReturnValue:
    found = _found(organisation_id)
    return _page(found, GroupForm(formdata=None, group=organisations.group_name(reading(), found)))


def _page(found: Organisation, form: GroupForm) -> str:
    session = reading()
    officer = (
        accounts.person_with_id(session, found.verified_by_id) if found.verified_by_id else None
    )
    others = organisations.with_code(session, found.uscc, apart_from=found.id)
    return render_template(
        "admin/organisation.html",
        organisation=found,
        form=form,
        code=check_uscc(found.uscc),
        province=division(found.province_code) if found.province_code else None,
        colleagues=organisations.colleagues(session, found.id, on=legal_date(now())),
        officer=officer,
        others=others,
        may_verify=organisations.may_verify(session, actor(), found, now=now()),
    )


@blueprint.post("/organisations/<int:organisation_id>/verify")
@opens_to(Role.ORG_VERIFIER)
def verify_organisation(organisation_id: int) -> ResponseReturnValue:
    by = actor()
    try:
        with writing() as session:
            operations.verify_organisation(
                session, organisation_id=organisation_id, by=by, now=now()
            )
        flash(t("已通过核验，已通知该单位。", "Verified; its people are told."), "success")
    except REFUSED as error:
        flash_refusal(error)
    return redirect(url_for("admin.organisation", organisation_id=organisation_id), 303)


@blueprint.route("/organisations/<int:organisation_id>/refuse", methods=["GET", "POST"])
@opens_to(Role.ORG_VERIFIER)
def refuse_organisation(organisation_id: int) -> ResponseReturnValue:
    found = _found(organisation_id)
    form = RefuseForm()
    by = actor()
    if form.validate_on_submit():
        try:
            with writing() as session:
                operations.refuse_organisation(
                    session,
                    organisation_id=organisation_id,
                    reason=form.reason.data or "",
                    by=by,
                    now=now(),
                )
            flash(t("已退回，已通知该单位。", "Refused; its people are told."), "success")
            return redirect(url_for("admin.organisation", organisation_id=organisation_id), 303)
        except REFUSED as error:
            pin(form, error, field="reason")
    page = render_template("admin/refuse_organisation.html", form=form, organisation=found)
    return page, 422 if form.errors else 200


@blueprint.post("/organisations/<int:organisation_id>/group")
@opens_to(Role.ORG_VERIFIER)
def place_in_group(organisation_id: int) -> ResponseReturnValue:
    form = GroupForm()
    by = actor()
    try:
        with writing() as session:
            operations.place_in_group(
                session,
                organisation_id=organisation_id,
                group=form.group.data or "",
                by=by,
                now=now(),
            )
        flash(t("已保存。", "Saved."), "success")
    except REFUSED as error:
        flash_refusal(error)
    return redirect(url_for("admin.organisation", organisation_id=organisation_id), 303)
