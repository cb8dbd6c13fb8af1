"""Score answers by the same rules as everybody; nothing is stored."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from registry.queries.reference import tables
from registry.queries.rulebook import in_force
from registry.rulebooks import NoRulebookInForce
from registry.rules import answers as rule_answers
from registry.rules.score import assess
from registry.web import edge
from registry.web.access import opens_to_everyone
from registry.web.api import blueprint, shapes
from registry.web.api.reading import answer, refuse

LARGEST_BODY = 256 * 1024
CAREFUL = shapes.Bilingual(
    zh="按自行申报的答案计算，未经核验；不是登记、评级、担保、要约或碳信用。",
    en="Computed from self-declared, unchecked answers: no registration, rating, guarantee, offer "
    "or carbon credit.",
)


@blueprint.post("/score")
@opens_to_everyone
def score() -> ResponseReturnValue:
    """The explained score of some answers, or every problem with them at its field."""
    request.max_content_length = LARGEST_BODY
    if not request.is_json:
        return refuse(415, "Unsupported Media Type", "send application/json")
    try:
        asked = shapes.ScoreRequest.model_validate_json(request.get_data())
    except ValidationError as wrong:
        one = wrong.errors()[0]
        return refuse(400, "Bad Request", f"{'.'.join(map(str, one['loc']))}: {one['msg']}")
    as_of = asked.as_of or edge.today()
    try:
        book = in_force(edge.reading(), as_of)
    except NoRulebookInForce:
        return refuse(400, "Bad Request", "as_of: no rulebook was in force on that day")
    if asked.kind not in {each.id for each in book.kinds}:
        return refuse(400, "Bad Request", "kind: " + ", ".join(each.id for each in book.kinds))
    problems = rule_answers.check(book, asked.kind, asked.answers, complete=False, as_of=as_of)
    if problems:
        return _refused(problems)
    rows = tables(edge.reading())
    found = assess(book, asked.answers, kind=asked.kind, as_of=as_of, reference=rows)
    return answer(shapes.ScoreAnswer(careful=CAREFUL, assessment=found.to_record()))


def _refused(problems: list[rule_answers.Problem]) -> ResponseReturnValue:
    said = shapes.Problems(
        error="Unprocessable Content",
        detail="some answers cannot be scored; see problems",
        problems=[
            shapes.Problem(field=one.field, code=one.code, detail=dict(one.detail))
            for one in problems
        ],
    )
    return jsonify(said.model_dump()), 422
