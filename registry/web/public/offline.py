"""What it takes to check a certificate without us: verifier, status list, keys, schema."""

import json
from datetime import datetime, timedelta

from flask import Response, abort
from flask.typing import ResponseReturnValue

from registry.documents import credential, evidence, packing
from registry.operations import certificate as operations
from registry.operations import proving
from registry.operations import status_list as states
from registry.web import edge
from registry.web.access import opens_to_everyone
from registry.web.public import blueprint

FRESH = timedelta(minutes=1)
_written: dict[str, tuple[datetime, bytes]] = {}


@blueprint.get("/check/registry-verify.pyz")
@opens_to_everyone
def standalone_verifier() -> ResponseReturnValue:
    """One file that checks certificates on any machine with Python."""
    answer = Response(packing.verifier(), mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{packing.NAME}"'
    return answer


@blueprint.get("/status-list.json")
@opens_to_everyone
def certificate_status_list() -> ResponseReturnValue:
    """Every certificate as it stands now, signed; signed anew at most once a minute."""
    settings, now = edge.settings(), edge.now()
    slot = edge.database().url
    at, data = _written.get(slot, (None, b""))
    if at is None or now - at > FRESH:
        signer = operations.signer_of(settings)
        data = states.write(edge.reading(), signer=signer, now=now)
        _written[slot] = (now, data)
    answer = Response(data, mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="status-list.json"'
    return answer


@blueprint.get("/.well-known/did.json")
@opens_to_everyone
def did_document() -> ResponseReturnValue:
    """The issuer of credentials under did:web: the key that signs them."""
    settings = edge.settings()
    did = credential.did_of(settings.base_url)
    said = credential.did_document(did, proving.credential_key(settings).public)
    return Response(json.dumps(said, indent=1), mimetype="application/did+json")


@blueprint.get("/schemas/<name>")
@opens_to_everyone
def published_schema(name: str) -> ResponseReturnValue:
    """The JSON Schema of the evidence inside a certificate."""
    if name not in evidence.SCHEMA_FILES:
        abort(404)
    return Response(evidence.schema(name), mimetype="application/schema+json")
