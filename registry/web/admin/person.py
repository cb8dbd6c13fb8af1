"""One person: roles, memberships, conflicts, the account itself."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.models import Person
from registry.operations import grant as grants
from registry.operations.erasure import erase_person
from registry.operations.invitation import request_reset
from registry.queries import account as accounts
from registry.queries import organisation as organisations
from registry.rules.calendar import legal_date
from registry.rules.people import AccountRefusal, AccountRefused
from registry.rules.permissions import Role, ScopeKind
from registry.web.access import opens_to
from registry.web.admin import blueprint
from registry.web.admin.forms import ConflictForm, EraseForm, GrantForm
from registry.web.edge import actor, now, reading, settings, writing
from registry.web.language import t
from registry.web.pinning import REFUSED, flash_refusal, pin


def _found(person_id: int) -> Person:
    found = accounts.person_with_id(reading(), person_id)
    return found if found is not None else abort(404)


def _back(person_id: int) -> ResponseReturnValue:
    return redirect(url_for("admin.person", person_id=person_id), 303)


def _do(person_id: int, done: str, act: Callable[[Any], object]) -> ResponseReturnValue:
    """One act on one person, then the page of that person with what came of it."""
    _found(person_id)
    try:
        with writing() as session:
            act(session)
        flash(done, "success")
    except REFUSED as error:
        flash_refusal(error)
    return _back(person_id)


@blueprint.get("/people/<int:person_id>", endpoint="person")
@opens_to(Role.ADMIN)
def person_page(person_id: int) -> ResponseReturnValue:
    found = _found(person_id)
    session, today = reading(), legal_date(now())
    roles = [
        (row, organisations.scope_shown(session, ScopeKind(row.scope_kind), row.scope_id))
        for row in accounts.grants_of(session, person_id)
    ]
    return render_template(
        "admin/person.html",
        person=found,
        state=accounts.state_of(found),
        is_locked=found.locked_until is not None and found.locked_until > now(),
        roles=roles,
        memberships=accounts.memberships_of(session, person_id, on=today),
        conflicts=accounts.declared_conflicts(session, person_id),
        sessions=len(accounts.live_sessions(session, person_id, now=now())),
        oneself=actor().person_id == person_id,
        today=today,
    )


@blueprint.route("/people/<int:person_id>/grant", methods=["GET", "POST"])
@opens_to(Role.ADMIN)
def grant_role(person_id: int) -> ResponseReturnValue:
    found = _found(person_id)
    form = GrantForm(scope_kind=ScopeKind.EVERYWHERE.value)
    by = actor()
    if form.validate_on_submit():
        try:
            with writing() as session:
                grants.grant_role(
                    session,
                    person_id=person_id,
                    role=Role(form.role.data),
                    scope_kind=ScopeKind(form.scope_kind.data),
                    scope=form.scope.data or "",
                    from_day=form.from_day.data or legal_date(now()),
                    to_day=form.to_day.data,
                    by=by,
                    now=now(),
                )
            flash(t("已授予，已通知本人。", "Granted; the person is told."), "success")
            return _back(person_id)
        except REFUSED as error:
            pin(form, error)
    form.from_day.data = form.from_day.data or legal_date(now())
    page = render_template("admin/grant_role.html", form=form, person=found)
    return page, 422 if form.errors else 200


@blueprint.post("/people/<int:person_id>/grants/<int:grant_id>/revoke")
@opens_to(Role.ADMIN)
def revoke_role(person_id: int, grant_id: int) -> ResponseReturnValue:
    by = actor()
    return _do(
        person_id,
        t("已收回，即时生效。", "Revoked, with effect at once."),
        lambda session: grants.revoke_role(session, grant_id=grant_id, by=by, now=now()),
    )


@blueprint.route("/people/<int:person_id>/conflicts/declare", methods=["GET", "POST"])
@opens_to(Role.ADMIN)
def declare_conflict(person_id: int) -> ResponseReturnValue:
    found = _found(person_id)
    form = ConflictForm()
    by = actor()
    if form.validate_on_submit():
        try:
            with writing() as session:
                grants.declare_conflict(
                    session,
                    person_id=person_id,
                    organisation=form.organisation.data or "",
                    reason=form.reason.data or "",
                    from_day=form.from_day.data or legal_date(now()),
                    to_day=form.to_day.data,
                    by=by,
                    now=now(),
                )
            flash(t("已登记，已通知本人。", "Declared; the person is told."), "success")
            return _back(person_id)
        except REFUSED as error:
            pin(form, error)
    form.from_day.data = form.from_day.data or legal_date(now())
    page = render_template("admin/declare_conflict.html", form=form, person=found)
    return page, 422 if form.errors else 200


@blueprint.post("/people/<int:person_id>/conflicts/<int:conflict_id>/end")
@opens_to(Role.ADMIN)
def end_conflict(person_id: int, conflict_id: int) -> ResponseReturnValue:
    by = actor()
    return _do(
        person_id,
        t("今天是最后一天。", "Today is its last day."),
        lambda session: grants.end_conflict(session, conflict_id=conflict_id, by=by, now=now()),
    )


@blueprint.post("/people/<int:person_id>/memberships/<int:membership_id>/end")
@opens_to(Role.ADMIN)
def end_membership(person_id: int, membership_id: int) -> ResponseReturnValue:
    by = actor()
    return _do(
        person_id,
        t("成员身份及相应角色已终止。", "Membership and its roles have ended."),
        lambda session: grants.end_membership(
            session, membership_id=membership_id, by=by, now=now()
        ),
    )


@blueprint.post("/people/<int:person_id>/disable")
@opens_to(Role.ADMIN)
def disable_account(person_id: int) -> ResponseReturnValue:
    by = actor()
    return _do(
        person_id,
        t("账户已停用，会话已结束。", "The account is closed and its sessions have ended."),
        lambda session: grants.disable_account(session, person_id=person_id, by=by, now=now()),
    )


@blueprint.post("/people/<int:person_id>/enable")
@opens_to(Role.ADMIN)
def enable_account(person_id: int) -> ResponseReturnValue:
    by = actor()
    return _do(
        person_id,
        t("账户可以登录。", "The account can sign in."),
        lambda session: grants.enable_account(session, person_id=person_id, by=by, now=now()),
    )


@blueprint.post("/people/<int:person_id>/send-link")
@opens_to(Role.ADMIN)
def send_link(person_id: int) -> ResponseReturnValue:
    by, email = actor(), _found(person_id).email
    return _do(
        person_id,
        t("链接已发送到本人邮箱。", "A link was mailed to the person."),
        lambda session: request_reset(
            session, email=email, base_url=settings().base_url, now=now(), by=by
        ),
    )


@blueprint.route("/people/<int:person_id>/erase", methods=["GET", "POST"])
@opens_to(Role.ADMIN)
def erase(person_id: int) -> ResponseReturnValue:
    found = _found(person_id)
    form = EraseForm()
    by = actor()
    if form.validate_on_submit():
        try:
            if not form.confirmed.data:
                raise AccountRefused(AccountRefusal.NOT_CONFIRMED, "confirmed")
            with writing() as session:
                erase_person(session, person_id=person_id, by=by, now=now())
            flash(t("个人信息已删除。", "The personal data have been erased."), "success")
            return _back(person_id)
        except REFUSED as error:
            pin(form, error)
    page = render_template("admin/erase.html", form=form, person=found)
    return page, 422 if form.errors else 200
