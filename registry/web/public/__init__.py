"""Pages for everybody: the front page, certificate status, the lists' public side, health."""

from flask import Blueprint, Flask
from flask_limiter import Limiter
from flask_wtf import CSRFProtect

blueprint = Blueprint("public", __name__)

from registry.web.public import (  # noqa: E402
    certificate,  # noqa: F401
    check,  # noqa: F401
    front,  # noqa: F401
    log,  # noqa: F401
    methodology,  # noqa: F401
    notices,  # noqa: F401
    offline,  # noqa: F401
    register,  # noqa: F401
    restricted,  # noqa: F401
)

# Strangers may ask much, but not guess numbers or fill the desk with objections.
_LIMITS = {
    "public.check_certificate": ("60 per minute", ["GET"]),
    "public.check_file": ("10 per minute; 100 per hour", ["POST"]),
    "public.certificate_status": ("120 per minute", ["GET"]),
    "public.certificate_pdf": ("60 per minute", ["GET"]),
    "public.certificate_status_list": ("10 per minute", ["GET"]),
    "public.standalone_verifier": ("20 per minute", ["GET"]),
    "public.log_tile": ("1200 per minute", ["GET"]),
    "public.log_inclusion": ("240 per minute", ["GET"]),
    "public.log_consistency": ("240 per minute", ["GET"]),
    "public.log_download": ("6 per minute", ["GET"]),
    "public.log_cosignatures": ("30 per minute", ["POST"]),
    "public.object_to_listing": ("5 per hour; 20 per day", ["POST"]),
}


def init_app(app: Flask, *, csrf: CSRFProtect, limiter: Limiter) -> None:
    csrf.exempt(app.view_functions["public.log_cosignatures"])
    for endpoint, (rate, methods) in _LIMITS.items():
        view = app.view_functions[endpoint]
        app.view_functions[endpoint] = limiter.limit(rate, methods=methods)(view)
