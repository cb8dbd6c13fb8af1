"""What a look-up said, to read and to take along: page, CSV, XLSX, and the proof as it is hashed."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from flask import Response, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from registry.models import LookUp
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import holds_one_of, opens_to
from registry.web.language import said
from registry.web.restriction import blueprint
from registry.web.restriction.likeness import BAND_TONES
from registry.web.restriction.looking_up import LOOKERS
from registry.web.restriction.reading import ground_name
from registry.web.spreadsheet import inert
from registry.words import people
from registry.words import screening as words

HEADS = (
    "name",
    "uscc",
    "verdict",
    "stops",
    "score",
    "threshold",
    "entry",
    "ground",
    "name_matched",
    "listed_name",
    "why",
    "code_warnings",
    "list",
    "engine",
    "policy",
    "screened_at",
)


def _found(look_up_id: int) -> LookUp:
    """One's own; the auditor's too."""
    row = edge.reading().get(LookUp, look_up_id)
    is_auditor = holds_one_of(frozenset({Role.AUDITOR}))
    if row is None or (row.asked_by_id != edge.actor().person_id and not is_auditor):
        abort(404)
    return row


@blueprint.get("/look-up/<int:look_up_id>")
@opens_to(*LOOKERS, Role.AUDITOR)
def looked_up(look_up_id: int) -> ResponseReturnValue:
    row = _found(look_up_id)
    every = row.result["rows"]
    return render_template(
        "restriction/looked_up.html",
        row=row,
        alerts=[one for one in every if one["hits"]],
        others=[] if request.args.get("hits") else [one for one in every if not one["hits"]],
        stopping=sum(bool(one.get("stops")) for one in every),
        bands=words.BANDS,
        tones=BAND_TONES,
        part_names=words.PARTS,
        name_roles=words.NAME_ROLES,
        kind_words=words.kind_words,
        warning_words=people.CODE_WARNINGS,
        ground_name=ground_name,
        only_hits=bool(request.args.get("hits")),
    )


@blueprint.get("/look-up/<int:look_up_id>.csv")
@opens_to(*LOOKERS, Role.AUDITOR)
def looked_up_csv(look_up_id: int) -> ResponseReturnValue:
    """Verdict and reasons, a line each, with what they stood on."""
    row = _found(look_up_id)
    out = io.StringIO()
    out.write("\ufeff")
    lines = csv.writer(out)
    lines.writerow(HEADS)
    lines.writerows([inert(cell) for cell in cells] for cells in _lines(row))
    return _handed_out(out.getvalue(), "text/csv", f"look-up-{row.id}.csv")


@blueprint.get("/look-up/<int:look_up_id>.xlsx")
@opens_to(*LOOKERS, Role.AUDITOR)
def looked_up_xlsx(look_up_id: int) -> ResponseReturnValue:
    """The same as a workbook: every cell is text, so that nothing is a formula."""
    import xlsxwriter  # type: ignore[import-untyped]

    row = _found(look_up_id)
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("look-up")
        sheet.freeze_panes(1, 1)
        for line, cells in enumerate((HEADS, *_lines(row))):
            for column, cell in enumerate(cells):
                sheet.write_string(line, column, cell)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _handed_out(out.getvalue(), kind, f"look-up-{row.id}.xlsx")


@blueprint.get("/look-up/<int:look_up_id>.json")
@opens_to(*LOOKERS, Role.AUDITOR)
def looked_up_proof(look_up_id: int) -> ResponseReturnValue:
    """The stored proof, also of a "no hit": `result_sha256` is the digest of `result` by RFC 8785, and
    stands in the audit chain under `subject`."""
    row = _found(look_up_id)
    answer = jsonify(
        subject=f"look_up:{row.id}",
        screened_at=row.made_at.isoformat(),
        list={"version": row.list_version, "sha256": row.list_sha256},
        engine=row.engine_version,
        policy={"version": row.policy_version, "sha256": row.policy_sha256},
        names=row.names,
        hits=row.hits,
        result_sha256=row.result_sha256,
        result=row.result,
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="look-up-{row.id}.json"'
    return answer


def _handed_out(content: str | bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=kind, headers=headers)


def _lines(row: LookUp) -> Iterator[list[str]]:
    """One line a hit, and one for each name without any."""
    for one in row.result["rows"]:
        for hit in one["hits"] or [None]:
            yield [
                one["name"],
                one["uscc"],
                *(_hit_cells(hit) if hit else [one["band"], *[""] * 8]),
                " ".join(one.get("code_warnings", [])),
                f"{row.list_version}:{row.list_sha256}",
                row.engine_version,
                f"{row.policy_version}:{row.policy_sha256}",
                row.made_at.isoformat(timespec="seconds"),
            ]


def _hit_cells(hit: dict[str, Any]) -> list[str]:
    match = hit["match"]
    return [
        hit["band"],
        "yes" if match["stops"] else "no",
        f"{hit['score'] / 100:.2f}",
        f"{match['threshold'] / 100:.2f}",
        hit["number"],
        ground_name(hit["ground"]),
        match["subject"]["text"],
        match["entry"]["text"],
        "; ".join(_reason(part) for part in match["parts"]),
    ]


def _reason(part: dict[str, Any]) -> str:
    """行业：科技 | 科计 (笔误) 26.00"""
    sides = part["subject"]
    if part["subject"] != part["entry"]:
        sides = f"{part['subject']} | {part['entry']}"
    name, kind = said(words.PARTS[part["part"]]), said(words.kind_words(part["kind"]))
    return f"{name}: {sides or '—'} ({kind}) {part['points'] / 100:.2f}"
