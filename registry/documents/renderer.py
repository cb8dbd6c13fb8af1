"""HTML into tagged PDF/A-3a: one WeasyPrint renderer a process that can reach nothing outside.

WeasyPrint, its fonts and the parsed style sheet are loaded on first use and kept. Sharing one font
configuration between threads mixes up drawings, so a lock lets in one document at a time.
"""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry import paths
from registry.documents import colour, embedding, finishing, fonts
from registry.documents.embedding import Drawn
from registry.documents.writing import Parts

FOLDER = paths.TEMPLATES / "certificate"
PROFILE = "registry-srgb"


class RendererUnfit(RuntimeError):
    """This machine lacks a library without which documents would be slow or wrong."""


class DoesNotFit(ValueError):
    """The content needs more pages than its document may have."""


@dataclass(frozen=True)
class Attached:
    """A file inside the document."""

    name: str
    data: bytes
    description: str
    media_type: str = "application/json"
    relationship: str = "Data"


@dataclass(frozen=True)
class Rendered:
    """A finished document with what its layout knew, for those who make a template of it."""

    data: bytes
    parts: Parts
    layout: Any
    drawn: Mapping[str, Drawn]


@dataclass(frozen=True)
class Job:
    """One document: its page, the pictures it may show, and what goes into its structure."""

    html: str
    sheet: str
    now: datetime
    assets: Mapping[str, bytes]
    attachments: tuple[Attached, ...] = ()
    mirrored: Mapping[str, str] | None = None
    signature_bytes: int = 0
    most_pages: int = 1


class Renderer:
    """Holds what every document of this process shares."""

    def __init__(self) -> None:
        import weasyprint
        from weasyprint.text import ffi

        if not ffi.harfbuzz_subset:
            raise RendererUnfit("libharfbuzz-subset is missing: install libharfbuzz-subset0")
        embedding.install(weasyprint)
        self._weasyprint = weasyprint
        self._fonts = weasyprint.text.fonts.FontConfiguration()
        self._counters = weasyprint.css.counters.CounterStyle()
        self._sheets: dict[str, Any] = {}
        self._profiles = {PROFILE: _srgb()}
        self._fetcher_kind = _closed_fetcher(weasyprint)
        self._shared = {
            "asset:regular": fonts.REGULAR.read_bytes(),
            "asset:semibold": fonts.SEMIBOLD.read_bytes(),
        }

    def pdf(self, job: Job) -> bytes:
        return self.rendered(job).data

    def rendered(self, job: Job) -> Rendered:
        """The document with what its layout knew."""
        fetcher = self._fetcher_kind({**self._shared, **job.assets})
        document = self._weasyprint.HTML(string=job.html, url_fetcher=fetcher).render(
            font_config=self._fonts,
            counter_style=self._counters,
            stylesheets=[self._sheet(job.sheet, fetcher)],
            color_profiles=dict(self._profiles),
            pdf_variant="pdf/a-3a",
            output_intent=PROFILE,
            cache={},
        )
        if len(document.pages) > job.most_pages:
            raise DoesNotFit(f"{len(document.pages)} pages, at most {job.most_pages}")
        finishing.extend_metadata(document.metadata, job.mirrored or {})
        finish = finishing.Finisher(job.now, job.signature_bytes)
        data: bytes = document.write_pdf(
            pdf_variant="pdf/a-3a",
            output_intent=PROFILE,
            attachments=[self._attachment(one, fetcher, job.now) for one in job.attachments],
            finisher=finish,
        )
        assert finish.parts is not None
        return Rendered(data, finish.parts, document, finish.drawn)

    def _sheet(self, name: str, fetcher: Any) -> Any:
        if name not in self._sheets:
            self._sheets[name] = self._weasyprint.CSS(
                string=(FOLDER / name).read_text("utf-8"),
                font_config=self._fonts,
                counter_style=self._counters,
                url_fetcher=fetcher,
            )
        return self._sheets[name]

    def _attachment(self, one: Attached, fetcher: Any, now: datetime) -> Any:
        return self._weasyprint.Attachment(
            string=one.data,
            name=one.name,
            description=one.description,
            relationship=one.relationship,
            created=now,
            modified=now,
            url_fetcher=fetcher,
        )


def _srgb() -> Any:
    """Our own sRGB profile. WeasyPrint reads its one anew for each document, and writes it back
    through a library whose bytes change once the profile's name was asked for."""
    from weasyprint.css import ColorProfile

    data = colour.srgb_profile()

    class AsItLies(ColorProfile):  # type: ignore[misc]
        content = data

    components = (["r"], ["g"], ["b"])
    return AsItLies(io.BytesIO(data), "sRGB", "relative-colorimetric", components)


def _closed_fetcher(weasyprint: Any) -> Callable[[Mapping[str, bytes]], Any]:
    """A fetcher that knows preloaded assets and opens nothing: any other address is fatal."""

    class Closed(weasyprint.urls.URLFetcher):  # type: ignore[misc]
        def __init__(self, assets: Mapping[str, bytes]) -> None:
            super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
            self._assets = assets

        def fetch(self, url: str, headers: object = None) -> Any:
            if url not in self._assets:
                raise PermissionError(f"a document may not fetch {url!r}")
            return weasyprint.urls.URLFetcherResponse(url, self._assets[url])

        def open(self, url: object, data: object = None, timeout: object = None) -> Any:
            raise PermissionError("a document may not open anything")

    return Closed


_lock = threading.RLock()
_made: dict[int, Renderer] = {}


@contextmanager
def in_turn() -> Iterator[Renderer]:
    """The renderer of this process, for one at a time."""
    with _lock:
        mine = _made.get(os.getpid())
        if mine is None:
            _made.clear()
            mine = _made[os.getpid()] = Renderer()
        yield mine


def render(job: Job) -> bytes:
    """The PDF of one document; equal jobs give equal bytes in any process."""
    with in_turn() as mine:
        return mine.pdf(job)


def render_first_fitting(jobs: Iterable[Job]) -> bytes:
    """The first of several layouts that fits; the last refusal where none does."""
    refusal = DoesNotFit("no layout")
    for job in jobs:
        try:
            return render(job)
        except DoesNotFit as problem:
            refusal = problem
    raise refusal
