"""The files inside a certificate: their names, what each is to the page, and how they are made."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from functools import lru_cache

EVIDENCE_NAME = "evidence.json"
LOG_NAME = "log.json"  # the head alone, in certificates without a proof
PROOF_NAME = "log.proof"
CREDENTIAL_NAME = "credential.json"
FACTORS_NAME = "factors.json"
RULEBOOK_NAME = "rulebook.zip"

LARGEST_RULEBOOK_FILE = 4 * 1024 * 1024
MOST_RULEBOOK_FILES = 200

# name -> description, media type, relationship to the page (ISO 32000-2, AFRelationship)
ATTACHED: Mapping[str, tuple[str, str, str]] = {
    EVIDENCE_NAME: ("证据 Evidence of this certificate", "application/json", "Data"),
    LOG_NAME: ("审计日志头 Head of the audit log", "application/json", "Supplement"),
    PROOF_NAME: (
        "公开日志的收录证明 Proof of inclusion in the public log",
        "text/plain",
        "Supplement",
    ),
    CREDENTIAL_NAME: ("可验证凭证 Verifiable Credential", "application/json", "Alternative"),
    FACTORS_NAME: ("所用因子 Factors that were looked up", "application/json", "Data"),
    RULEBOOK_NAME: ("评分规则 The rulebook of the score", "application/zip", "Source"),
}


class RulebookUnreadable(ValueError):
    """An attachment that is no rulebook."""


def pack_rulebook(files: Mapping[str, bytes]) -> bytes:
    """The rulebook's files in one ZIP, equal bytes for equal files in any process."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED, compresslevel=9)
    return made.getvalue()


@lru_cache(maxsize=16)
def unpack_rulebook(data: bytes) -> Mapping[str, bytes]:
    """The files of such a ZIP; refuses what is no plain, small folder of files."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            sizes = [entry.file_size for entry in entries]
            if len(entries) > MOST_RULEBOOK_FILES or sum(sizes) > LARGEST_RULEBOOK_FILE:
                raise RulebookUnreadable("too large")
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError, EOFError) as problem:
        raise RulebookUnreadable(str(problem)) from None
