"""The two languages of the pages: which one the reader has, `t(zh, en)`, and the format filters.

Both texts stand where they are used, so neither can be forgotten. Outside a request (mails, jobs)
`speaking("en")` sets the language for a block.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import wraps
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from flask import Flask, g, has_request_context, redirect, request
from flask_babel import Babel
from flask_login import current_user
from jinja2 import pass_context
from markupsafe import Markup
from werkzeug.wrappers import Response

from registry.operations import account
from registry.web import edge, table
from registry.web.access import opens_to_everyone
from registry.web.difference import text_changes
from registry.web.drawing import bar_width, score_scale
from registry.web.tones import GRADE_NAMES, STATE_TONES
from registry.words import formats
from registry.words.states import STATES

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
HTML_LANG: Final[Mapping[str, str]] = {"zh": "zh-Hans-CN", "en": "en"}
LOCALE: Final[Mapping[str, str]] = {"zh": "zh_Hans_CN", "en": "en"}
COOKIE: Final = "language"
_QUANTITY: Final = re.compile(r"-?\d+(\.\d+)?")
_A_YEAR: Final = 365 * 24 * 3600

_spoken: ContextVar[Language | None] = ContextVar("spoken", default=None)


def _known(value: object) -> Language | None:
    """`zh`, `zh-CN`, `zh_Hans_CN` all mean Chinese; anything else but English is nothing."""
    head = str(value or "").replace("_", "-").split("-", 1)[0].lower()
    return head if head in LANGUAGES else None  # type: ignore[return-value]


def _persons_choice() -> Language | None:
    if getattr(current_user, "is_authenticated", False):
        return _known(getattr(current_user, "language", None))
    return None


def _browsers_wish() -> Language | None:
    """The first wish that is one of ours, most wanted first. Werkzeug's `best_match` would prefer an
    exact zh-CN at 0.5 to an en-GB at 1, because it tries exact names before it tries heads."""
    return next(
        (known for tag, weight in request.accept_languages if weight and (known := _known(tag))),
        None,
    )


def current_language() -> Language:
    """`speaking(…)`, else the signed-in person's choice, the cookie, the browser's wish, Chinese."""
    spoken = _spoken.get()
    if spoken is not None:
        return spoken
    if not has_request_context():
        return "zh"
    if "language" not in g:
        g.language = (
            _persons_choice() or _known(request.cookies.get(COOKIE)) or _browsers_wish() or "zh"
        )
    return g.language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Everything inside is said in this language: for mails and for pages in both languages."""
    token = _spoken.set(_known(language) or "zh")
    try:
        yield
    finally:
        _spoken.reset(token)


def t(zh: str, en: str, **params: Any) -> str:
    """The text in the reader's language. With params, `%(name)s` is filled and a bare % is `%%`."""
    text = zh if current_language() == "zh" else en
    return text % params if params else text


def said(words: Any, **params: Any) -> str:
    """The reader's half of a pair: `Words(zh, en)`, `{"zh": …, "en": …}` or `(zh, en)`."""
    if words is None or isinstance(words, str):
        return words or ""
    if isinstance(words, (int, float, Decimal)):
        return str(words)
    if isinstance(words, Mapping):
        return t(words["zh"], words["en"], **params)
    if isinstance(words, tuple) and not hasattr(words, "zh"):
        return t(words[0], words[1], **params)
    return t(words.zh, words.en, **params)


def is_words(value: Any) -> bool:
    """Whether a value is a pair that `said` can say, rather than a text, a number or a list."""
    if isinstance(value, Mapping):
        return "zh" in value and "en" in value
    pair = isinstance(value, tuple) and len(value) == 2 and all(isinstance(v, str) for v in value)
    return pair or (hasattr(value, "zh") and hasattr(value, "en"))


def times(unit: str) -> str:
    """A unit after its number. One that begins with a figure, "10,000 yuan", says that it multiplies."""
    return f"× {unit}" if unit[:1].isdigit() else unit


def shown(value: Any, unit: Any = None) -> Any:
    """A value of any kind as a reader wants it. Only what has a unit is a quantity: codes and years
    keep their digits as they are."""
    if value is None or value == "":
        return formats.MISSING
    if is_words(value):
        return said(value)
    if isinstance(value, bool):
        return t("是", "Yes") if value else t("否", "No")
    if isinstance(value, (int, float, Decimal)):
        return formats.number(value, None, current_language())
    if unit and isinstance(value, str) and _QUANTITY.fullmatch(value):
        return formats.number(value, None, current_language())
    return value


def original(words: Any) -> Markup:
    """A legal term: in English with its Chinese original beside it, which alone has legal force."""
    if current_language() == "zh":
        return Markup("{}").format(said(words))
    with speaking("zh"):
        zh = said(words)
    return Markup('{} <span lang="zh-Hans-CN" class="original">{}</span>').format(said(words), zh)


def _tonnes(value: Any, decimals: int = 0, gas: str = "") -> str:
    """Tonnes in words: 63,831 吨 / 63,831 t; `gas` names what is weighed (CO₂ or CO₂e, never mixed)."""
    language = current_language()
    text = formats.number(value, decimals, language)
    if text == formats.MISSING:
        return text
    return formats.with_unit(text, f"吨{gas}" if language == "zh" else f"t{gas}", language)


def _quantity(value: Any, unit: Any = "", decimals: int | None = None) -> str:
    """A number with its unit; the unit may be a pair of words."""
    language = current_language()
    text = formats.number(value, decimals, language)
    word = said(unit)
    return text if text == formats.MISSING or not word else formats.with_unit(text, word, language)


def _stamp(value: date | datetime | None) -> Markup | str:
    """`<time>` for machines around words for people."""
    if value is None:
        return formats.MISSING
    language = current_language()
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        machine = aware.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        text = formats.moment(aware, language)
    else:
        machine, text = value.isoformat(), formats.day(value, language)
    return Markup('<time datetime="{}">{}</time>').format(machine, text)


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "day": lambda value: formats.day(value, current_language()),
    "day_short": formats.day_short,
    "moment": lambda value: formats.moment(value, current_language()),
    "stamp": _stamp,
    "number": lambda value, decimals=None: formats.number(value, decimals, current_language()),
    "quantity": _quantity,
    "tonnes": _tonnes,
    "yuan": lambda fen: formats.yuan(fen, current_language()),
    "yuan_full": lambda fen: formats.yuan_full(fen, current_language()),
    "points": formats.points,
    "percent": formats.percent,
    "file_size": lambda octets: formats.file_size(octets, current_language()),
    "said": said,
    "shown": shown,
    "times": times,
    "original": original,
}


def _table_cell(row: Any, column: Mapping[str, Any]) -> Markup:
    """One cell by its column's kind, for lists that write the others by hand."""
    return Markup(table.cell_shower(column, current_language(), said)(row))  # noqa: S704 escaped there


def _at_render(shape: Callable[..., Any]) -> Callable[..., Any]:
    """Jinja computes a filter of constants once, when the template is compiled: in whatever
    language that reader had. Asking for the context keeps it until the page is rendered."""

    @pass_context
    @wraps(shape)
    def when_rendered(_context: object, *args: Any, **options: Any) -> Any:
        return shape(*args, **options)

    return when_rendered


def _own_address(target: str) -> str:
    """Only a path of this site: a link from elsewhere must not send the reader away."""
    parts = urlsplit(target)
    own = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if own and not parts.scheme and not parts.netloc else "/"


@opens_to_everyone
def choose_language() -> Response:
    """POST `language` and `next`: keeps the choice in a cookie, and with the account if signed in."""
    language = _known(request.form.get("language")) or current_language()
    if getattr(current_user, "is_authenticated", False):
        by = edge.actor()  # before the transaction: it reads
        with edge.writing() as session:
            account.choose_language(session, language=language, by=by, now=edge.now())
    answer = redirect(_own_address(request.form.get("next", "/")), 303)
    answer.set_cookie(
        COOKIE, language, max_age=_A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure
    )
    return answer


def _locale() -> str:
    return LOCALE[current_language()]


def _announce(response: Response) -> Response:
    """Pages differ by language, so caches must know."""
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = HTML_LANG[current_language()]
        response.vary.update(("Accept-Language", "Cookie"))
    return response


def _table_body(columns: Any, rows: Any) -> Markup:
    """The reader's language is looked up once a table, not once a word."""
    with speaking(current_language()):
        return table.table_body(columns, rows, current_language(), said)


def init_app(app: Flask) -> None:
    """Put `t`, `said`, the filters, the locale of form messages and the switch into the app."""
    app.add_url_rule("/language", view_func=choose_language, methods=["POST"])
    Babel(app, locale_selector=_locale, default_locale="zh_Hans_CN")
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.globals.update(
        t=t,
        said=said,
        original=original,
        current_language=current_language,
        html_lang=lambda: HTML_LANG[current_language()],
        text_changes=text_changes,
        score_scale=score_scale,
        bar_width=bar_width,
        table_body=_table_body,
        table_cell=_table_cell,
        state_tones=STATE_TONES,
        state_words=STATES,
        grade_names=GRADE_NAMES,
    )
    app.jinja_env.filters.update({name: _at_render(shape) for name, shape in FILTERS.items()})
    app.jinja_env.tests["words"] = is_words
    app.after_request(_announce)
