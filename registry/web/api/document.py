"""The OpenAPI 3.1 document, made from the shapes that the views use."""

from collections.abc import Sequence
from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from registry import __version__
from registry.queries import rulebook as rulebooks
from registry.web import edge
from registry.web.access import opens_to_everyone
from registry.web.api import blueprint, shapes

REFERENCE = "#/components/schemas/{model}"
ANSWERS: tuple[type[BaseModel], ...] = (
    shapes.ProjectPage,
    shapes.Project,
    shapes.CertificateStatus,
    shapes.ZoneList,
    shapes.QuestionList,
    shapes.ScoreAnswer,
    shapes.Problems,
    shapes.Refusal,
)
PLAIN_TEXT = r"^[^\u0000-\u001f/?#]+$"


def _answers(shape: type[BaseModel], *refusals: str, says: str) -> dict[str, Any]:
    found: dict[str, Any] = {"200": _content(shape, says)}
    reasons = {
        "400": "The request was not understood",
        "404": "Nothing has that number",
        "415": "Not JSON",
        "413": "Too large",
    }
    found |= {code: _content(shapes.Refusal, reasons[code]) for code in refusals}
    found["429"] = _content(shapes.Refusal, "Too many requests: wait")
    return found


def _content(shape: type[BaseModel], says: str) -> dict[str, Any]:
    schema = {"$ref": REFERENCE.format(model=shape.__name__)}
    return {"description": says, "content": {"application/json": {"schema": schema}}}


def _in_path(name: str, says: str) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1, "maxLength": 60, "pattern": PLAIN_TEXT}
    return {"name": name, "in": "path", "required": True, "description": says, "schema": schema}


def _list_parameters() -> list[dict[str, Any]]:
    schema = shapes.ListQuery.model_json_schema()
    return [
        {"name": name, "in": "query", "required": False, "schema": member}
        for name, member in schema["properties"].items()
    ]


def _get(summary: str, answers: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    return {"get": {"summary": summary, "parameters": list(parameters), "responses": answers}}


def _paths() -> dict[str, Any]:
    return {
        "/projects": _get(
            "Listed projects, a page at a time",
            _answers(shapes.ProjectPage, "400", says="A page; `next_key` leads on"),
            *_list_parameters(),
        ),
        "/projects/{list_number}": _get(
            "One listed project",
            _answers(shapes.Project, "400", "404", says="The project"),
            _in_path("list_number", "As GPL-2026-000001-00"),
        ),
        "/certificates/{number}": _get(
            "The state of a certificate now",
            _answers(
                shapes.CertificateStatus, "400", "404", says="The state; no word on its truth"
            ),
            _in_path("number", "As GPC-2026-000001-00"),
        ),
        "/zones": _get(
            "National high-tech zones", _answers(shapes.ZoneList, says="All of them, in order")
        ),
        "/questions/{kind}": _get(
            "What the rules ask of a kind of project",
            _answers(
                shapes.QuestionList, "400", "404", says="The questions of the rulebook in force"
            ),
            _in_path("kind", "renewable_power or efficiency_retrofit"),
        ),
        "/score": {
            "post": {
                "summary": "The explained score of some answers; nothing is stored",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {"$ref": REFERENCE.format(model="ScoreRequest")}
                        }
                    },
                },
                "responses": _answers(
                    shapes.ScoreAnswer, "400", "413", "415", says="The assessment, rule by rule"
                )
                | {"422": _content(shapes.Problems, "Answers that cannot be scored")},
            }
        },
    }


def openapi(server: str, kinds: Sequence[str]) -> dict[str, Any]:
    """The whole document; `kinds` are the kinds of project that the rulebook in force knows."""
    _, schemas = models_json_schema(
        [
            *((shape, "serialization") for shape in ANSWERS),
            (shapes.ScoreRequest, "validation"),
        ],
        ref_template=REFERENCE,
    )
    schemas["$defs"]["ScoreRequest"]["properties"]["kind"]["enum"] = list(kinds)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Green Project Registry 绿色金融项目登记平台",
            "version": __version__,
            "description": "Public reading and scoring. Figures are ex-ante estimates, not "
            "measured. A registration is not a rating, guarantee, offer, assurance opinion or "
            "carbon credit.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": f"{server}/api/v1"}],
        "paths": _paths(),
        "components": {"schemas": schemas["$defs"]},
    }


@blueprint.get("/openapi.json")
@opens_to_everyone
def description() -> ResponseReturnValue:
    book = rulebooks.in_force(edge.reading(), edge.today())
    return jsonify(openapi(edge.settings().base_url, [kind.id for kind in book.kinds]))
