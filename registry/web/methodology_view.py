"""The methodology as pages show it: the content of the paper, with the addresses around it."""

from typing import Any

from flask import url_for
from sqlmodel import Session

from registry.documents.methodology import content
from registry.queries import rulebook as rulebooks
from registry.rules.rulebook import Rulebook
from registry.web import edge


def page_of(session: Session, book: Rulebook, *, in_force: Rulebook) -> dict[str, Any]:
    """What the public page needs: the content, all released versions, files, paper, signature."""
    return {
        **content(book),
        "is_in_force": book == in_force,
        "versions": [
            {
                "id": each.id,
                "version": each.version,
                "from": each.from_day,
                "sha256": each.sha256,
                "href": url_for(
                    "public.methodology_version", book_id=each.id, version=each.version
                ),
            }
            for each in rulebooks.released(session)
        ],
        "files": [
            (
                name,
                url_for("public.rulebook_file", book_id=book.id, version=book.version, name=name),
            )
            for name in rulebooks.files(session, book.id, book.version)
        ],
        "signature": rulebooks.signature_of(session, book.id, book.version),
        "paper": url_for("public.methodology_paper", book_id=book.id, version=book.version)
        if paper_path(book).is_file()
        else "",
    }


def paper_path(book: Rulebook) -> Any:
    """Where the worker lays the signed paper of a released version."""
    return edge.settings().methodology_folder / f"{book.sha256}.pdf"
