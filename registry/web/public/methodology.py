"""The methodology, generated from a rulebook: what is demanded, how it counts, where it is written."""

from flask import Response, abort, render_template, send_file
from flask.typing import ResponseReturnValue

from registry.queries import rulebook as rulebooks
from registry.rules.rulebook import Rulebook
from registry.web import edge
from registry.web.access import opens_to_everyone
from registry.web.methodology_view import page_of, paper_path
from registry.web.public import blueprint


@blueprint.get("/methodology")
@opens_to_everyone
def methodology() -> ResponseReturnValue:
    """The rulebook that is in force today."""
    return _page(rulebooks.in_force(edge.reading(), edge.today()))


@blueprint.get("/methodology/<book_id>/<version>")
@opens_to_everyone
def methodology_version(book_id: str, version: str) -> ResponseReturnValue:
    """Any released version, for as long as certificates name it."""
    return _page(_released(book_id, version))


def _released(book_id: str, version: str) -> Rulebook:
    try:
        return rulebooks.load(edge.reading(), book_id, version)
    except LookupError:
        abort(404)


def _page(book: Rulebook) -> str:
    session = edge.reading()
    in_force = rulebooks.in_force(session, edge.today())
    return render_template("public/methodology.html", **page_of(session, book, in_force=in_force))


@blueprint.get("/methodology/<book_id>/<version>/paper")
@opens_to_everyone
def methodology_paper(book_id: str, version: str) -> ResponseReturnValue:
    """The same as a signed paper, which the worker printed when the version was released."""
    path = paper_path(_released(book_id, version))
    if not path.is_file():
        abort(404)
    name = f"methodology-{book_id}-{version}.pdf"
    return send_file(path, mimetype="application/pdf", as_attachment=True, download_name=name)


@blueprint.get("/methodology/<book_id>/<version>/<name>")
@opens_to_everyone
def rulebook_file(book_id: str, version: str, name: str) -> ResponseReturnValue:
    """A file of the rulebook as it is hashed, so that anybody can compute a score again."""
    _released(book_id, version)
    content = rulebooks.files(edge.reading(), book_id, version).get(name)
    if content is None:
        abort(404)
    return Response(content, mimetype="text/plain; charset=utf-8")


@blueprint.get("/methodology/<book_id>/<version>/signature")
@opens_to_everyone
def rulebook_signature(book_id: str, version: str) -> ResponseReturnValue:
    """The issuer's detached signature, for `registry rulebook verify`."""
    signature = rulebooks.signature_of(edge.reading(), book_id, version)
    if signature is None:
        abort(404)
    return signature.envelope
