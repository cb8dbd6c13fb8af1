"""One's own account: data, roles, sessions, conflicts of interest, password, erasure."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user

from registry.operations import account as operations
from registry.operations import grant as grants
from registry.operations.erasure import erase_person
from registry.queries import account as accounts
from registry.queries import organisation as organisations
from registry.rules.calendar import legal_date
from registry.rules.people import AccountRefusal, AccountRefused
from registry.rules.permissions import ScopeKind
from registry.web.access import opens_to_signed_in
from registry.web.account import blueprint
from registry.web.account.forms import ChangePasswordForm, ConflictForm, EraseForm, ProfileForm
from registry.web.edge import actor, now, reading, settings, writing
from registry.web.language import current_language, t
from registry.web.pinning import REFUSED, flash_refusal, pin


@blueprint.get("/")
@opens_to_signed_in
def overview() -> ResponseReturnValue:
    form = ProfileForm(formdata=None, name=current_user.name, language=current_language())
    return _overview(form)


def _overview(form: ProfileForm) -> str:
    session, today = reading(), legal_date(now())
    roles = [
        (row, organisations.scope_shown(session, ScopeKind(row.scope_kind), row.scope_id))
        for row in accounts.grants_of(session, current_user.person_id)
        if row.revoked_at is None and (row.to_day is None or row.to_day >= today)
    ]
    return render_template(
        "account/overview.html",
        form=form,
        roles=roles,
        sessions=accounts.live_sessions(session, current_user.person_id, now=now()),
        conflicts=accounts.declared_conflicts(session, current_user.person_id),
        today=today,
    )


@blueprint.post("/profile")
@opens_to_signed_in
def change_profile() -> ResponseReturnValue:
    form = ProfileForm()
    by = actor()
    if form.validate():
        try:
            with writing() as session:
                operations.change_profile(
                    session,
                    name=form.name.data or "",
                    language=form.language.data or "",
                    by=by,
                    now=now(),
                )
            flash(t("已保存。", "Saved."), "success")
            return redirect(url_for("account.overview"), 303)
        except REFUSED as error:
            pin(form, error)
    return _overview(form), 422


@blueprint.route("/password", methods=["GET", "POST"])
@opens_to_signed_in
def change_password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            _change_password(form)
            flash(
                t(
                    "密码已更改，其他会话均已退出。",
                    "The password is changed and all other sessions have ended.",
                ),
                "success",
            )
            return redirect(url_for("account.overview"), 303)
        except REFUSED as error:
            pin(form, error)
    page = render_template("account/change_password.html", form=form)
    return page, 422 if form.errors else 200


def _change_password(form: ChangePasswordForm) -> None:
    weighed = _weigh(form.current_password.data or "")
    if not weighed.matches:
        raise AccountRefused(AccountRefusal.PASSWORD_WRONG, "current_password")
    password_hash = operations.new_password_hash(
        settings(), form.password.data or "", email=current_user.email, name=current_user.name
    )
    by = actor()
    with writing() as session:
        operations.change_password(
            session,
            weighed=weighed,
            password_hash=password_hash,
            keep_session_id=current_user.session_id,
            by=by,
            now=now(),
        )


def _weigh(password: str) -> operations.Weighed:
    return operations.weigh_password(
        reading(), email=current_user.email, password=password, settings=settings()
    )


@blueprint.post("/sessions/<int:session_id>/revoke")
@opens_to_signed_in
def revoke_session(session_id: int) -> ResponseReturnValue:
    by = actor()
    try:
        with writing() as session:
            operations.revoke_session(session, session_id=session_id, by=by, now=now())
        flash(t("该会话已结束。", "That session has ended."), "success")
    except REFUSED as error:
        flash_refusal(error)
    return redirect(url_for("account.overview"), 303)


@blueprint.post("/sessions/revoke-others")
@opens_to_signed_in
def revoke_other_sessions() -> ResponseReturnValue:
    by = actor()
    with writing() as session:
        ended = operations.revoke_other_sessions(
            session, keep_id=current_user.session_id, by=by, now=now()
        )
    flash(t("已结束 %(n)s 个会话。", "Sessions ended: %(n)s.", n=ended), "success")
    return redirect(url_for("account.overview"), 303)


@blueprint.route("/conflicts/declare", methods=["GET", "POST"])
@opens_to_signed_in
def declare_conflict() -> ResponseReturnValue:
    form = ConflictForm()
    by = actor()
    if form.validate_on_submit():
        try:
            with writing() as session:
                grants.declare_conflict(
                    session,
                    person_id=current_user.person_id,
                    organisation=form.organisation.data or "",
                    reason=form.reason.data or "",
                    from_day=form.from_day.data or legal_date(now()),
                    to_day=form.to_day.data,
                    by=by,
                    now=now(),
                )
            flash(
                t("利益冲突已登记，即时生效。", "The conflict is declared and bars at once."),
                "success",
            )
            return redirect(url_for("account.overview"), 303)
        except REFUSED as error:
            pin(form, error)
    form.from_day.data = form.from_day.data or legal_date(now())
    page = render_template("account/declare_conflict.html", form=form)
    return page, 422 if form.errors else 200


@blueprint.route("/erase", methods=["GET", "POST"])
@opens_to_signed_in
def erase() -> ResponseReturnValue:
    form = EraseForm()
    by = actor()
    if form.validate_on_submit():
        try:
            if not form.confirmed.data:
                raise AccountRefused(AccountRefusal.NOT_CONFIRMED, "confirmed")
            if not _weigh(form.current_password.data or "").matches:
                raise AccountRefused(AccountRefusal.PASSWORD_WRONG, "current_password")
            with writing() as session:
                erase_person(session, person_id=current_user.person_id, by=by, now=now())
            logout_user()
            flash(t("您的个人信息已删除。", "Your personal data have been erased."), "success")
            return redirect(url_for("public.front"), 303)
        except REFUSED as error:
            pin(form, error)
    return render_template("account/erase.html", form=form), 422 if form.errors else 200
