"""Files of a rulebook as they are uploaded: single TOML files, or a ZIP of them."""

import io
import zipfile
from collections.abc import Iterable
from pathlib import PurePosixPath

from werkzeug.datastructures import FileStorage

from registry.operations.rulebook import MOST_FILES, MOST_OCTETS, FilesRefused


def files_of(uploads: Iterable[FileStorage]) -> dict[str, bytes]:
    """Contents by file name. Folders inside an archive do not count; sizes are limited unpacked."""
    found: dict[str, bytes] = {}
    for upload in uploads:
        name = PurePosixPath((upload.filename or "").replace("\\", "/")).name
        if not name:
            continue
        data = upload.stream.read(MOST_OCTETS + 1)
        if len(data) > MOST_OCTETS:
            raise FilesRefused("too_big")
        if name.lower().endswith(".zip"):
            found.update(_unpacked(data))
        else:
            found[name] = data
    return found


def _unpacked(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [one for one in archive.infolist() if one.filename.endswith(".toml")]
            if len(entries) > MOST_FILES:
                raise FilesRefused("too_many_files")
            if sum(one.file_size for one in entries) > MOST_OCTETS:
                raise FilesRefused("too_big")
            return {PurePosixPath(one.filename).name: _read(archive, one) for one in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        raise FilesRefused("bad_archive") from None


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """What an entry really holds: its header may lie about the size."""
    with archive.open(entry) as file:
        data = file.read(MOST_OCTETS + 1)
    if len(data) > MOST_OCTETS:
        raise FilesRefused("too_big")
    return data
