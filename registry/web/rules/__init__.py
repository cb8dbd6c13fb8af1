"""The desk of the rules: versions, drafts, comparisons, impact, reference data."""

from flask import Blueprint

from registry.web.refusal import refusal_words

blueprint = Blueprint("rules", __name__, url_prefix="/rules")


@blueprint.context_processor
def _words() -> dict[str, object]:
    """Templates say why something is not possible in the same words as everywhere."""
    return {"refusal_words": refusal_words}


from registry.web.rules import (  # noqa: E402
    comparing,  # noqa: F401
    deciding,  # noqa: F401
    drafting,  # noqa: F401
    impact,  # noqa: F401
    reading,  # noqa: F401
    reference,  # noqa: F401
    rescoring,  # noqa: F401
)
