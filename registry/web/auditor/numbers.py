"""Every number that was ever taken, and what became of it: no gap without its reason."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.queries import certificate as certificates
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import opens_to
from registry.web.auditor import blueprint
from registry.words import Words

PAGE = 50
PREFIXES = {
    "GPC": Words("证书", "Certificates"),
    "GPL": Words("入库编号", "List numbers"),
    "GPA": Words("申请编号", "Application numbers"),
}
KINDS = {
    "certificate": Words("证书", "Certificate"),
    "application": Words("申请", "Application"),
    "listing": Words("入库项目", "Listed project"),
    "gap": Words("空号", "Gap"),
    "": Words("无法解释", "Unexplained"),
}


@blueprint.get("/numbers")
@opens_to(Role.AUDITOR)
def numbers() -> ResponseReturnValue:
    """The registers of numbers, and how many of each nobody can explain."""
    session = edge.reading()
    return render_template(
        "auditor/numbers.html",
        rows=[
            {
                "prefix": each.prefix,
                "name": PREFIXES.get(each.prefix, Words(each.prefix, each.prefix)),
                "year": str(each.year),
                "taken": each.taken,
                "unexplained": certificates.unexplained(session, each.prefix, each.year),
                "href": url_for("auditor.number_range", prefix=each.prefix, year=each.year),
            }
            for each in certificates.number_ranges(session)
        ],
    )


@blueprint.get("/numbers/<prefix>/<int:year>")
@opens_to(Role.AUDITOR)
def number_range(prefix: str, year: int) -> ResponseReturnValue:
    """One register, number by number."""
    session = edge.reading()
    known = {(each.prefix, each.year): each.taken for each in certificates.number_ranges(session)}
    if (prefix, year) not in known:
        abort(404)
    first = max(edge.row_number(request.args.get("from")) or 1, 1)
    found = certificates.numbers(session, prefix, year, first=first, size=PAGE)
    address = {"prefix": prefix, "year": year}
    return render_template(
        "auditor/number_range.html",
        prefix=prefix,
        name=PREFIXES.get(prefix, Words(prefix, prefix)),
        year=year,
        taken=known[prefix, year],
        unexplained=certificates.unexplained(session, prefix, year),
        rows=[_row(use) for use in found],
        first=url_for("auditor.number_range", **address) if first > 1 else None,
        previous=_from(address, max(first - PAGE, 1)) if first > 1 else None,
        next=_from(address, first + PAGE) if first + PAGE <= known[prefix, year] else None,
    )


def _from(address: dict[str, Any], first: int) -> str:
    return url_for("auditor.number_range", **address, **{"from": first})


def _row(use: certificates.NumberUse) -> dict[str, Any]:
    href = None
    if use.kind == "certificate":
        href = url_for("auditor.desk", q=use.key)
    elif use.kind in ("application", "listing"):
        href = url_for("auditor.case", application_id=int(use.key))
    cycle = "certificate" if use.kind == "certificate" else "application"
    return {
        "number": use.number,
        "href": href,
        "kind": KINDS[use.kind],
        "state": use.state,
        "cycle": cycle,
        "unexplained": use.kind == "",
        "reason": use.gap.reason if use.gap else "",
        "recorded_at": use.gap.recorded_at if use.gap else None,
    }
