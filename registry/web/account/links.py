"""Registering, a forgotten password, and the one-time links that are mailed for them."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.models import MailedLink, Person
from registry.operations import account as operations
from registry.operations import invitation
from registry.queries import account as accounts
from registry.queries import organisation as organisations
from registry.web.access import opens_to_everyone
from registry.web.account import blueprint
from registry.web.account.forms import ForgottenForm, NewPasswordForm, RegisterForm
from registry.web.edge import now, reading, settings, writing
from registry.web.language import current_language, t
from registry.web.pinning import REFUSED, pin


@blueprint.route("/register", methods=["GET", "POST"])
@opens_to_everyone
def register() -> ResponseReturnValue:
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            with writing() as session:
                invitation.register(
                    session,
                    email=form.email.data or "",
                    name=form.name.data or "",
                    language=current_language(),
                    base_url=settings().base_url,
                    now=now(),
                )
            return render_template("account/mail_sent.html", purpose="registration")
        except REFUSED as error:
            pin(form, error)
    return render_template("account/register.html", form=form), 422 if form.errors else 200


@blueprint.route("/forgotten", methods=["GET", "POST"])
@opens_to_everyone
def forgotten() -> ResponseReturnValue:
    """The same answer for every address, so that it tells nobody who has an account."""
    form = ForgottenForm()
    if form.validate_on_submit():
        with writing() as session:
            invitation.request_reset(
                session, email=form.email.data or "", base_url=settings().base_url, now=now()
            )
        return render_template("account/mail_sent.html", purpose="reset")
    return render_template("account/forgotten.html", form=form)


@blueprint.route("/link/<token>", methods=["GET", "POST"])
@opens_to_everyone
def open_link(token: str) -> ResponseReturnValue:
    """What a mailed link leads to. Opening it changes nothing: mail programs open links too."""
    form = NewPasswordForm()
    link = accounts.live_link(reading(), operations.digest_of(token), now=now())
    person = accounts.person_with_id(reading(), link.person_id) if link else None
    if link is None or person is None or not person.is_active:
        return render_template("account/link_unusable.html"), 410
    asks = link.purpose == "reset" or not person.password_hash
    if _was_posted(form, asks):
        try:
            return _use(token, link, person, form, asks=asks)
        except REFUSED as error:
            pin(form, error)
    name = ""
    if link.organisation_id is not None:
        organisation = organisations.organisation_with_id(reading(), link.organisation_id)
        name = (
            t(organisation.name_zh, organisation.name_en or organisation.name_zh)
            if organisation
            else ""
        )
    page = render_template(
        "account/open_link.html",
        form=form,
        link=link,
        person=person,
        asks_password=asks,
        organisation_name=name,
    )
    return page, 422 if form.errors else 200


def _was_posted(form: NewPasswordForm, asks: bool) -> bool:
    """An invitation without a password to set has nothing to fill in but the button."""
    if not asks:
        del form.password, form.password_again
    return bool(form.validate_on_submit())


def _use(
    token: str, link: MailedLink, person: Person, form: NewPasswordForm, *, asks: bool
) -> ResponseReturnValue:
    password_hash = ""
    if asks:
        password_hash = operations.new_password_hash(
            settings(), form.password.data or "", email=person.email, name=person.name
        )
    with writing() as session:
        invitation.use_link(session, token=token, password_hash=password_hash, now=now())
    if link.purpose == "invitation" and not asks:
        flash(t("您已接受邀请。", "You have accepted the invitation."), "success")
    else:
        flash(t("密码已设置，请登录。", "The password is set. Sign in."), "success")
    return redirect(url_for("account.sign_in"), 303)


@blueprint.post("/link/<token>/decline")
@opens_to_everyone
def decline_link(token: str) -> ResponseReturnValue:
    try:
        with writing() as session:
            invitation.use_link(session, token=token, password_hash="", now=now(), refuse=True)
    except REFUSED:
        return render_template("account/link_unusable.html"), 410
    flash(t("您已谢绝邀请。", "You have declined the invitation."), "success")
    return redirect(url_for("public.front"), 303)
