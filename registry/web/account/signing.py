"""Signing in and out; what was typed before a time-out waits and can be sent again."""

from flask import current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from registry.operations import account as operations
from registry.queries import account as accounts
from registry.rules.calendar import legal_date
from registry.rules.people import AccountRefusal
from registry.rules.permissions import Actor
from registry.web import kept_input, navigation
from registry.web.access import holds_one_of, opens_to_everyone
from registry.web.account import blueprint
from registry.web.account.browsers import browser_name
from registry.web.account.forms import SignInForm
from registry.web.edge import now, reading, settings, writing
from registry.web.language import said, t
from registry.web.signed_in import SignedInPerson
from registry.words.people import REFUSALS


@blueprint.route("/sign-in", methods=["GET", "POST"])
@opens_to_everyone
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    target, kept = kept_input.carried()
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
        return _page(form, target, kept)
    demo = request.form.get("demo", "") if settings().demo else ""
    email = demo or form.email.data or ""
    password = accounts.DEMO_PASSWORD if demo else form.password.data or ""
    form.email.data = email
    opened = _try(email, password) if form.validate() else None
    if opened is None:
        form.email.errors = [*form.email.errors, said(REFUSALS[AccountRefusal.SIGN_IN_FAILED])]
        return _page(form, target, kept), 422
    _enter(opened)
    if kept:
        return render_template("account/kept_input.html", target=target, kept=kept)
    wanted = form.next.data or ""
    return redirect(wanted if kept_input.is_own_address(wanted) else _first_desk(), 303)


def _try(email: str, password: str) -> operations.SignedIn | None:
    """Compare first (slow on purpose, and only reading), then open or count in one transaction."""
    weighed = operations.weigh_password(
        reading(), email=email, password=password, settings=settings()
    )
    with writing() as opening:
        return operations.sign_in(
            opening,
            weighed=weighed,
            browser=browser_name(request.user_agent.string),
            settings=settings(),
            now=now(),
        )


def _enter(opened: operations.SignedIn) -> None:
    """A new cookie for a new person. For the same one the form token stays, so that a page which
    was left open in another tab can still be sent."""
    if current_user.is_authenticated:
        _end_session()
    token = session.get("csrf_token") if session.get("person") == opened.person_id else None
    session.clear()
    g.pop("csrf_token", None)
    g.pop("language", None)
    if token is not None:
        session["csrf_token"] = token
    session["person"] = opened.person_id
    found = accounts.session_of_token(reading(), operations.digest_of(opened.token), now=now())
    if found is not None:
        login_user(SignedInPerson(opened.token, *found))


def _first_desk() -> str:
    """Where this person's work waits; without a role, where one begins."""
    for entry in navigation.ENTRIES:
        known = entry.endpoint in current_app.view_functions
        if entry.roles and known and holds_one_of(entry.roles):
            return url_for(entry.endpoint)
    return url_for("account.organisations")


def _page(form: SignInForm, target: str, kept: kept_input.Fields) -> str:
    demo = settings().demo
    people = accounts.demo_accounts(reading(), on=legal_date(now())) if demo else []
    return render_template(
        "account/sign_in.html", form=form, target=target, kept=kept, demo_accounts=people
    )


def sign_in_keeping(target: str, fields: kept_input.Fields) -> ResponseReturnValue:
    """Shown by the guard in the place of a page whose session has ended while somebody typed."""
    return _page(SignInForm(formdata=None), target, fields), 401


@blueprint.post("/sign-out")
@opens_to_everyone
def sign_out() -> ResponseReturnValue:
    if current_user.is_authenticated:
        _end_session()
        logout_user()
    flash(t("您已退出。", "You are signed out."), "success")
    return redirect(url_for("public.front"), 303)


def _end_session() -> None:
    with writing() as ending:
        operations.revoke_session(
            ending,
            session_id=current_user.session_id,
            by=Actor(current_user.person_id),
            now=now(),
        )
