"""Every refusal as a page (or JSON for programs) that says what to do next."""

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, NotFound

from registry.db import RowMissing


def _wants_json() -> bool:
    return request.path.startswith("/api/")


def _answer(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if _wants_json():
        return jsonify(error=error.name, detail=error.description), code
    kind = "csrf" if isinstance(error, CSRFError) else str(code)
    return render_template("errors/error.html", code=code, kind=kind), code


def _missing(_error: RowMissing) -> ResponseReturnValue:
    return _answer(NotFound())


def _crashed(_error: Exception) -> ResponseReturnValue:
    from werkzeug.exceptions import InternalServerError

    return _answer(InternalServerError())


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _answer)
    app.register_error_handler(RowMissing, _missing)
    if not app.config["TESTING"]:
        app.register_error_handler(500, _crashed)
