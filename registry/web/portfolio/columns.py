"""Which column is what: proposed, shown with samples, confirmed by the person, remembered."""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.bulk import ingest
from registry.bulk.ingest import cells
from registry.bulk.ingest.fields import KIND, Field, Vocabulary, fold
from registry.bulk.ingest.heads import find_head, head_at
from registry.bulk.ingest.mapping import ColumnMap, Mapping, layout
from registry.bulk.ingest.reading import HEAD, Line, Raw
from registry.bulk.ingest.units import choices
from registry.models import LoanRun
from registry.operations import portfolio as operations
from registry.operations.evidence import path_of
from registry.queries import portfolio
from registry.queries.rulebook import in_force
from registry.rules.lifecycle import MoveRefused
from registry.rules.permissions import Role
from registry.rules.portfolio import UPLOADED
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import said, t
from registry.web.portfolio import blueprint
from registry.web.portfolio.bringing import refuse, source_record
from registry.web.portfolio.own import field_name, own_run, problem_words
from registry.words.portfolio import FILES, MAPPING

SAMPLES = 3
LOOKED_AT = 200  # rows in which words of a book are looked for that are no options
MOST_WORDS = 12
SAME_TYPES = ("choice", "yes_no", "integer", "number")


@blueprint.route("/<int:run_id>/columns", methods=["GET", "POST"])
@opens_to(Role.FUND_MANAGER)
def map_columns(run_id: int) -> ResponseReturnValue:
    """`do` says what the person wants: look at other rows for the head, or confirm."""
    run, book = own_run(run_id)
    if run.state != UPLOADED:
        return redirect(url_for("portfolio.run", run_id=run_id))
    words = ingest.vocabulary(in_force(edge.reading(), run.as_of))
    try:
        source = ingest.examine(
            path_of(edge.settings().books_folder, run.file_sha256), sheet=_wanted_sheet(run)
        )
    except ingest.FileRefused as refused:
        flash(said(FILES.get(refused.code, FILES["file_broken"]), detail=refused.detail), "error")
        return redirect(url_for("portfolio.books"), 303)
    if request.method == "POST" and request.form.get("do") != "head":
        mapping = _said(source, words)
        problems = ingest.check(mapping, words)
        if not problems and _kept(run, source, mapping):
            return redirect(url_for("portfolio.start_run", run_id=run_id), 303)
    else:
        mapping, problems = _proposed(run, source, words), []
    page = render_template(
        "portfolio/map_columns.html",
        run=run,
        book=book,
        source=source,
        mapping=mapping,
        columns=_shown(source, mapping, words),
        fields=_choices(words),
        same=_same(mapping, words, _kinds(source, mapping, words)),
        problems=[_problem(one, mapping, words) for one in problems],
        rows=source.head(min(mapping.last + 4, HEAD)),
    )
    return page, 422 if problems else 200


def _wanted_sheet(run: LoanRun) -> str:
    return request.form.get("sheet") or request.args.get("sheet") or run.source.get("sheet", "")


def _proposed(run: LoanRun, source: ingest.Source, words: Vocabulary) -> Mapping:
    """What the person confirmed for this very book before, else the proposal."""
    rows = portfolio.mappings_of(edge.reading(), run.organisation_id)
    remembered = [Mapping.from_record(row.mapping) for row in rows]
    if request.method == "GET" and run.mapping and not request.args.get("sheet"):
        return Mapping.from_record(run.mapping)
    first, last = (
        edge.row_number(request.form.get("first")),
        edge.row_number(request.form.get("last")),
    )
    head = find_head(source, words)
    if first and last and first <= last <= HEAD:
        head = head_at(source, first, last)
    return ingest.propose(source, words, remembered=remembered, head=head)


def _said(source: ingest.Source, words: Vocabulary) -> Mapping:
    """The mapping as the form says it. A book's own words come as `word-<column>-<n>`."""
    form = request.form
    first = edge.row_number(form.get("first")) or 1
    last = max(min(edge.row_number(form.get("last")) or 1, HEAD), first)
    head = head_at(source, first, last)
    columns = []
    for number, name in enumerate(head.names, 1):
        values = {}
        for n in range(MOST_WORDS):
            word, meaning = form.get(f"word-{number}-{n}"), form.get(f"means-{number}-{n}")
            if word and meaning:
                values[fold(word)] = meaning
        field = form.get(f"field-{number}", "")
        unit = form.get(f"unit-{number}", "") if field in words.fields else ""
        if field in words.fields and unit not in choices(words.fields[field].unit):
            unit = "" if len(choices(words.fields[field].unit)) != 1 else unit
        columns.append(ColumnMap(number, name, field, unit, values))
    same = {
        id: form[f"same-{id}"].strip() for id in words.fields if form.get(f"same-{id}", "").strip()
    }
    taken = {one.field for one in columns}
    same = {id: value for id, value in same.items() if id not in taken}
    return Mapping(head.first, head.last, tuple(columns), same, source.sheet)


def _kept(run: LoanRun, source: ingest.Source, mapping: Mapping) -> bool:
    by = edge.actor()
    try:
        with edge.writing() as session:
            operations.keep_mapping(
                session,
                run_id=run.id,
                mapping=mapping.to_record(),
                source=source_record(source),
                layout=layout([one.head for one in mapping.columns]),
                by=by,
                now=edge.now(),
            )
    except MoveRefused as refused:
        refuse(refused)
        return False
    return True


# -- what the page shows ---------------------------------------------------------------------------


def _shown(source: ingest.Source, mapping: Mapping, words: Vocabulary) -> list[dict[str, Any]]:
    lines = [line for line in source.head(LOOKED_AT + mapping.last) if line[0] > mapping.last]
    return [
        {
            "map": one,
            "samples": _samples(lines, one.column),
            "units": choices(words.fields[one.field].unit) if one.field in words.fields else (),
            "words": _strange(lines, one, words),
            "note": _first_fault(lines, one, words),
        }
        for one in mapping.columns
        if one.head or _samples(lines, one.column)
    ]


def _at(line: Line, column: int) -> Raw:
    return line[1][column - 1] if column <= len(line[1]) else None


def _samples(lines: list[Line], column: int) -> list[str]:
    found: list[str] = []
    for line in lines:
        text = str(_at(line, column) if _at(line, column) is not None else "").strip()[:40]
        if text and text not in found:
            found.append(text)
        if len(found) == SAMPLES:
            break
    return found


def _strange(lines: list[Line], one: ColumnMap, words: Vocabulary) -> list[dict[str, Any]]:
    """Words of a column of options that are none, each with what it was said to mean."""
    known = words.fields.get(one.field)
    if known is None or not known.options:
        return []
    found: dict[str, dict[str, Any]] = {}
    plain = replace(one, values={})
    for line in lines:
        cell = _at(line, one.column)
        try:
            cells.read(cell, known, plain)
        except cells.CellWrong:
            text = str(cell).strip()[:60]
            found.setdefault(fold(text), {"text": text, "means": one.values.get(fold(text), "")})
        if len(found) == MOST_WORDS:
            break
    for word, means in one.values.items():
        if len(found) < MOST_WORDS:
            found.setdefault(word, {"text": word, "means": means})
    options = [(option.id, t(option.name.zh, option.name.en)) for option in known.options]
    return [{**each, "options": options} for each in found.values()]


def _first_fault(lines: list[Line], one: ColumnMap, words: Vocabulary) -> str:
    """How many of the first cells could not be read, and what is wrong with the first of them."""
    known = words.fields.get(one.field)
    if known is None or known.options:
        return ""
    wrong, first = 0, ""
    for line in lines:
        try:
            cells.read(
                _at(line, one.column), known, replace(one, unit=one.unit or _any_unit(known))
            )
        except cells.CellWrong as problem:
            wrong += 1
            first = first or problem_words(problem.code, problem.detail)
    if not wrong:
        return ""
    return t(
        "前 %(all)s 行中有 %(n)s 格读不出：%(first)s",
        "%(n)s of the first %(all)s cells cannot be read: %(first)s",
        all=len(lines),
        n=wrong,
        first=first,
    )


def _any_unit(known: Field) -> str:
    return choices(known.unit)[0] if choices(known.unit) else ""


def _choices(words: Vocabulary) -> list[tuple[str, list[tuple[str, str]]]]:
    """Fields for the list of a column: the loan's own first, then the rulebook's."""
    own = [(f.id, t(f.name.zh, f.name.en)) for f in words.fields.values() if f.is_own]
    asked = [(f.id, t(f.name.zh, f.name.en)) for f in words.fields.values() if not f.is_own]
    return [(t("贷款", "The loan"), own), (t("规则所需", "What the rules ask for"), asked)]


def _kinds(source: ingest.Source, mapping: Mapping, words: Vocabulary) -> frozenset[str]:
    """The kinds of project in the first rows, or the one that was said for all; empty: not known."""
    column = next((one for one in mapping.used if one.field == KIND), None)
    if column is None:
        return frozenset(filter(None, [mapping.same.get(KIND, "")]))
    found = set()
    for line in source.head(LOOKED_AT + mapping.last):
        if line[0] > mapping.last:
            try:
                found.add(cells.read(_at(line, column.column), words.fields[KIND], column))
            except cells.CellWrong:
                continue
    return frozenset(found - {""})


def _same(mapping: Mapping, words: Vocabulary, kinds: frozenset[str]) -> list[dict[str, Any]]:
    """What may be said once for the whole book: questions that no column answers and that every
    project has to answer; others where something was said already."""
    taken = {one.field for one in mapping.used}
    shown = []
    for one in words.of_kinds(kinds):
        if one.id in taken or one.type not in SAME_TYPES or (one.is_own and one.id != KIND):
            continue
        asked = one.id == KIND or one.set_by == "assessor"
        asked = asked or bool(one.declared and one.declared.required and not one.declared.when)
        if not asked and one.id not in mapping.same:
            continue
        options = [(o.id, t(o.name.zh, o.name.en)) for o in one.options]
        if one.type == "yes_no":
            options = [("yes", t("是", "Yes")), ("no", t("否", "No"))]
        shown.append(
            {
                "id": one.id,
                "label": t(one.name.zh, one.name.en),
                "options": options,
                "value": mapping.same.get(one.id, ""),
                "required": one.id == KIND or bool(one.declared and one.declared.required),
            }
        )
    return sorted(shown, key=lambda each: (each["id"] != KIND, not each["required"]))


def _problem(one: ingest.MappingProblem, mapping: Mapping, words: Vocabulary) -> dict[str, str]:
    """A problem of the mapping with a link to where it stands."""
    kind, _, number = one.place.partition(":")
    field, href = one.place, f"#same-{one.place}"
    if kind == "column":
        column = mapping.columns[int(number) - 1]
        field = column.field
        href = f"#unit-{number}" if one.code.startswith("unit") else f"#field-{number}"
    elif one.code == "column_needed":
        href = "#columns"
    text = said(MAPPING[one.code], field=field_name(field, words.fields), detail=one.detail)
    where = f"{mapping.columns[int(number) - 1].head}{t('：', ': ')}" if kind == "column" else ""
    return {"href": href, "text": where + text}
