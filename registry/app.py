"""create_app: the one place that knows every part."""

from importlib import import_module

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from registry import paths
from registry.config import Environment, Settings
from registry.db import Database
from registry.queries.account import refuse_demo_accounts
from registry.web import access, edge, errors, headers, language, navigation, signed_in

DESKS = (
    "public",
    "account",
    "applicant",
    "manager",
    "portfolio",
    "reviewer",
    "restriction",
    "rules",
    "auditor",
    "admin",
    "api",
)


def create_app(settings: Settings, database: Database | None = None) -> Flask:
    """A registry that serves. Raises UnsafeSettings where production carries anything of a demo."""
    settings.refuse_unsafe()
    app = Flask("registry", template_folder=paths.TEMPLATES, static_folder=paths.STATIC)
    _configure(app, settings)
    app.extensions["settings"] = settings
    app.extensions["database"] = database or Database(
        settings.database_url, settings.read_database_url
    )
    if settings.production:
        refuse_demo_accounts(app.extensions["database"])
    for part in (edge, language, signed_in, access, headers, errors, navigation):
        part.init_app(app)
    csrf = CSRFProtect(app)
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri=settings.rate_limit_storage,
        enabled=settings.rate_limits,
        headers_enabled=True,
    )
    app.extensions["registry_limiter"] = limiter
    for desk in DESKS:
        module = import_module(f"registry.web.{desk}")
        app.register_blueprint(module.blueprint)
        if hasattr(module, "init_app"):
            module.init_app(app, csrf=csrf, limiter=limiter)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TESTING=settings.environment is Environment.TEST,
        DEBUG=settings.debug,
        MAX_CONTENT_LENGTH=settings.upload_limit_bytes,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_NAME="registry_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session, so that a slow form is not lost
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        TEMPLATES_AUTO_RELOAD=settings.debug,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
