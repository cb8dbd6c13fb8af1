"""Two versions side by side: what came, what went, what changed in which field."""

from itertools import groupby
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.queries import rulebook as rulebooks
from registry.rules.rulebook.compare import Difference, differences
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import t
from registry.web.rules import blueprint
from registry.web.rules.book import READERS, Shown, found, key_of
from registry.words.rulebook import FIELDS, SECTIONS, WHAT


@blueprint.get("/compare")
@opens_to(*READERS)
def compare() -> ResponseReturnValue:
    """`a` against `b`, by their keys; rules and their curves come first."""
    entries = rulebooks.versions(edge.reading())
    choices = [
        (key_of(one), f"{one.id} {one.version}" + ("" if one.is_shipped else f" (#{key_of(one)})"))
        for one in entries
    ]
    a, b = request.args.get("a", ""), request.args.get("b", "")
    groups: list[dict[str, Any]] = []
    whole: tuple[Shown, Shown] | None = None
    if a and b:
        whole = found(a), found(b)
        before, after = whole[0].book, whole[1].book
        if before is not None and after is not None:
            groups = _groups(list(differences(before, after)), b)
    return render_template(
        "rules/compare.html",
        a=a,
        b=b,
        choices=choices,
        whole=whole,
        groups=groups,
        counts=_counts(groups),
    )


_FIRST = ("rulebook", "rule", "curve", "value", "constant", "grade", "cap", "input")


def _groups(found: list[Difference], b: str) -> list[dict[str, Any]]:
    def order(one: Difference) -> tuple[int, str, str]:
        place = _FIRST.index(one.section) if one.section in _FIRST else len(_FIRST)
        return place, one.section, one.id

    shown = []
    for (section, id), parts in groupby(
        sorted(found, key=order), key=lambda one: (one.section, one.id)
    ):
        changes = list(parts)
        href = url_for("rules.rule", key=b, rule_id=id.partition("#")[0])
        shown.append(
            {
                "section": section,
                "section_words": SECTIONS[section],
                "id": id,
                "what": changes[0].what,
                "what_words": WHAT[changes[0].what],
                "wording": all(one.wording for one in changes),
                "href": href if section == "rule" and changes[0].what != "removed" else "",
                "changes": [
                    {
                        "label": FIELDS.get(one.field, one.field) or t("整条", "the whole"),
                        "before": _figure(one.field, one.before),
                        "after": _figure(one.field, one.after),
                    }
                    for one in changes
                ],
            }
        )
    return shown


def _figure(field: str, text: str) -> str:
    """Weights and bands as people write them: per cent and points, not their hundredths."""
    if field in ("weight_bp", "coverage_bp") and text.isdigit():
        return f"{int(text) / 100:g} %"
    return f"{int(text) / 100:g}" if field == "from_centipoints" and text.isdigit() else text


def _counts(groups: list[dict[str, Any]]) -> dict[str, int]:
    return {
        "all": len(groups),
        "rules": sum(group["section"] == "rule" for group in groups),
        "wording": sum(group["wording"] for group in groups),
    }
