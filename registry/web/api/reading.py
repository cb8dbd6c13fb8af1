"""What anybody may read: listed projects, a certificate's state, zones, questions."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import abort, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ValidationError

from registry import reference
from registry.models import ReserveEntry
from registry.queries import certificate as certificates
from registry.queries import reserve
from registry.queries.rulebook import in_force
from registry.rules.lifecycle import CERTIFICATE
from registry.rules.lifecycle.certificate import State
from registry.web import edge
from registry.web.access import opens_to_everyone
from registry.web.api import blueprint, shapes
from registry.words import Words
from registry.words.reasons import REASONS
from registry.words.states import PUBLIC


def pair(words: Words) -> shapes.Bilingual:
    return shapes.Bilingual(zh=words.zh, en=words.en)


def answer(made: BaseModel) -> ResponseReturnValue:
    return jsonify(made.model_dump(mode="json"))


def refuse(status: int, error: str, detail: str) -> ResponseReturnValue:
    return jsonify(shapes.Refusal(error=error, detail=detail).model_dump()), status


def _asked() -> shapes.ListQuery:
    given: Mapping[str, Any] = request.args.to_dict()
    return shapes.ListQuery.model_validate(given)


@blueprint.get("/projects")
@opens_to_everyone
def projects() -> ResponseReturnValue:
    """A page of listed projects, newest first unless asked otherwise."""
    try:
        asked = _asked()
    except ValidationError as wrong:
        return refuse(400, "Bad Request", _first(wrong))
    filters = reserve.Filters(**asked.model_dump(exclude={"sort", "key"}))
    page = reserve.list_page(edge.reading(), filters, sort=asked.sort, key=asked.key)
    items = [_project(row) for row in page.rows]
    return answer(shapes.ProjectPage(items=items, next_key=page.next_key))


def _first(wrong: ValidationError) -> str:
    one = wrong.errors()[0]
    return f"{'.'.join(map(str, one['loc']))}: {one['msg']}"


def _project(row: Any) -> shapes.Project:
    return shapes.Project(
        list_number=row.list_number,
        state=row.state,
        title=shapes.Bilingual(zh=row.title_zh, en=row.title_en or row.title_zh),
        owner=shapes.Bilingual(zh=row.owner_zh, en=row.owner_en or row.owner_zh),
        kind=row.kind,
        zone=row.zone_id,
        province=row.province_code,
        catalogue_class=row.catalogue_code,
        grade=row.grade,
        points=f"{Decimal(row.total_centipoints) / 100:.2f}",
        abatement_t_per_year=f"{Decimal(row.abatement_kg) / 1000:f}" if row.abatement_kg else "",
        listed_on=row.listed_on,
        valid_to=row.valid_to,
    )


@blueprint.get("/projects/<list_number>")
@opens_to_everyone
def project(list_number: str) -> ResponseReturnValue:
    row: ReserveEntry | None = reserve.row_by_number(edge.reading(), list_number)
    if row is None:
        abort(404, "no listed project has that number")
    return answer(_project(row))


@blueprint.get("/certificates/<number>")
@opens_to_everyone
def certificate(number: str) -> ResponseReturnValue:
    """The state of a number; without the link on the certificate, nothing of what it certifies."""
    found = certificates.by_number(edge.reading(), number)
    label = CERTIFICATE.public_label(State(found.state)) if found is not None else None
    if found is None or label is None:
        abort(404, "no certificate has that number")
    state = certificates.state_on(found, edge.today())
    label = CERTIFICATE.public_label(state)
    told = state in (State.REVOKED, State.SUSPENDED) and found.end_reason_code in REASONS
    return answer(
        shapes.CertificateStatus(
            number=found.number,
            state=state.value,
            label=pair(PUBLIC["certificate"][label or ""]),
            reason=pair(REASONS[found.end_reason_code]) if told else None,
            valid_from=found.valid_from,
            valid_to=found.valid_to,
            is_test=found.is_test,
            as_of=edge.now(),
        )
    )


@blueprint.get("/zones")
@opens_to_everyone
def zones() -> ResponseReturnValue:
    items = [
        shapes.Zone(
            id=zone.zone_id,
            name=shapes.Bilingual(zh=zone.name_zh, en=zone.name_en),
            province=zone.province_code,
        )
        for zone in reference.zones()
    ]
    return answer(shapes.ZoneList(items=items))


@blueprint.get("/questions/<kind>")
@opens_to_everyone
def questions(kind: str) -> ResponseReturnValue:
    """What the rulebook in force asks for a kind of project: the answers that `score` takes."""
    book = in_force(edge.reading(), edge.today())
    if kind not in {each.id for each in book.kinds}:
        abort(404, "no such kind: " + ", ".join(each.id for each in book.kinds))
    items = [
        shapes.Question(
            id=asked.id,
            type=asked.type,
            name=shapes.Bilingual(zh=asked.name.zh, en=asked.name.en),
            hint=shapes.Bilingual(zh=asked.hint.zh, en=asked.hint.en),
            unit=asked.unit,
            decimals=asked.decimals,
            minimum=None if asked.minimum is None else f"{asked.minimum:f}",
            maximum=None if asked.maximum is None else f"{asked.maximum:f}",
            options=[option.id for option in asked.options],
            required=asked.required,
        )
        for asked in book.inputs_for(kind)
    ]
    return answer(
        shapes.QuestionList(
            rulebook=f"{book.id}/{book.version}",
            rulebook_sha256=book.sha256,
            kind=kind,
            items=items,
        )
    )
