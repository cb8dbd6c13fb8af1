"""People: the list, and inviting somebody new."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.operations.invitation import invite_person as invite
from registry.queries import account as accounts
from registry.rules.calendar import legal_date
from registry.rules.permissions import Role
from registry.web.access import opens_to
from registry.web.admin import blueprint
from registry.web.admin.forms import InviteForm, PeopleSearch
from registry.web.admin.listing import after, chips, pages
from registry.web.edge import actor, now, reading, settings, writing
from registry.web.language import current_language, t
from registry.web.pinning import REFUSED, pin


@blueprint.get("/people", endpoint="people")
@opens_to(Role.ADMIN)
def people_page() -> ResponseReturnValue:
    form = PeopleSearch(request.args)
    today = legal_date(now())
    page = accounts.people_listed(
        reading(),
        on=today,
        text=form.q.data or "",
        role=form.role.data or "",
        state=form.state.data or "",
        after=after(),
    )
    return render_template(
        "admin/people.html",
        form=form,
        page=page,
        roles=accounts.roles_of(reading(), [person.id for person in page.rows], on=today),
        state_of=accounts.state_of,
        chips=chips("admin.people", form),
        pages=pages("admin.people", form, page),
    )


@blueprint.route("/people/invite", methods=["GET", "POST"])
@opens_to(Role.ADMIN)
def invite_person() -> ResponseReturnValue:
    form = InviteForm(language=current_language())
    by = actor()
    if form.validate_on_submit():
        try:
            with writing() as session:
                person_id = invite(
                    session,
                    email=form.email.data or "",
                    name=form.name.data or "",
                    language=form.language.data or "",
                    base_url=settings().base_url,
                    by=by,
                    now=now(),
                ).id
            flash(
                t("邀请已发出，现在可以授予角色。", "Invited. Roles can be granted now."), "success"
            )
            return redirect(url_for("admin.person", person_id=person_id), 303)
        except REFUSED as error:
            pin(form, error)
    return render_template("admin/invite_person.html", form=form), 422 if form.errors else 200
