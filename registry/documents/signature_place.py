"""The signature's place inside a document's only revision: reserved at rendering, filled at signing.

The placeholder is written in fixed widths, so filling it moves nothing and a signed file needs no
second revision: the byte range is everything but the signature's own hexadecimal digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_RANGE = b"/ByteRange [0 0000000000 0000000000 0000000000]"
_MOMENT = b"/M (D:00000000000000Z)"
_OPEN = re.compile(
    rb"/ByteRange \[0 (\d{10}) (\d{10}) (\d{10})\] /Contents <([0-9a-f]+)> /M \(D:(\d{14})Z\)"
)
FIELD_NAME = "RegistrySignature"
SAID = "数字签名 Digital signature"


class NoPlace(ValueError):
    """The file has no open place for a signature, or the signature is too long for it."""


@dataclass(frozen=True)
class Place:
    """Where in the file the digits of the signature lie, brackets included."""

    before: int
    after: int
    length: int

    @property
    def room(self) -> int:
        return (self.after - self.before - 2) // 2


def reserve(pdf: Any, size: int) -> None:
    """Add an invisible certifying signature field with room for `size` bytes.

    The widget has no extent (nothing to draw), is printable and locked as PDF/A asks, and stands in
    the structure as a Form with a spoken name as PDF/UA asks.
    """
    import pydyf

    signature = _raw(
        pydyf,
        b"<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached "
        + _RANGE + b" /Contents <" + b"0" * (2 * size) + b"> " + _MOMENT
        + b" /Reference [<</Type /SigRef /TransformMethod /DocMDP"
        b" /TransformParams <</Type /TransformParams /P 1 /V /1.2>>>>]>>",
    )  # fmt: skip
    pdf.add_object(signature)
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    top = _object(pdf, root["K"][0])
    numbers = _object(pdf, root["ParentTree"])["Nums"]
    key = int(numbers[-2]) + 1
    widget = pydyf.Dictionary({
        "Type": "/Annot", "Subtype": "/Widget", "FT": "/Sig",
        "T": pydyf.String(FIELD_NAME), "TU": pydyf.String(SAID),
        "Rect": pydyf.Array([0, 0, 0, 0]), "F": 4 + 128,
        "P": pdf.page_references[0], "V": signature.reference, "StructParent": key,
    })  # fmt: skip
    pdf.add_object(widget)
    kid = pydyf.Dictionary({"Type": "/OBJR", "Obj": widget.reference, "Pg": pdf.page_references[0]})
    form = pydyf.Dictionary({
        "Type": "/StructElem", "S": "/Form", "P": top.reference,
        "Pg": pdf.page_references[0], "Alt": pydyf.String(SAID), "K": pydyf.Array([kid.data]),
    })  # fmt: skip
    pdf.add_object(form)
    top["K"].append(form.reference)
    numbers.extend([key, form.reference])
    page = _object(pdf, pdf.page_references[0])
    page["Annots"] = pydyf.Array([*page.get("Annots", ()), widget.reference])
    page["Tabs"] = "/S"
    pdf.catalog["AcroForm"] = pydyf.Dictionary(
        {"Fields": pydyf.Array([widget.reference]), "SigFlags": 3}
    )
    pdf.catalog["Perms"] = pydyf.Dictionary({"DocMDP": signature.reference})


def _raw(pydyf: Any, content: bytes) -> Any:
    class Raw(pydyf.Object):  # type: ignore[misc]
        """Bytes exactly as given, outside any object stream."""

        compressible = False

        @property
        def data(self) -> bytes:
            return content

    return Raw()


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(bytes(reference).split()[0])]


def open_place(data: bytes) -> Place:
    """Find the one empty place; a signed file has none."""
    found = list(_OPEN.finditer(data))
    if len(found) != 1 or int(found[0][2]) != 0:
        raise NoPlace("no open place for a signature")
    return Place(found[0].start(4) - 1, found[0].end(4) + 1, len(data))


def close(data: bytes, place: Place, now: datetime) -> bytearray:
    """Write byte range and moment, so that only the digits are left open."""
    made = bytearray(data)
    ranges = f"{place.before:010d} {place.after:010d} {place.length - place.after:010d}"
    at = made.rindex(_RANGE, 0, place.before)
    made[at : at + len(_RANGE)] = _RANGE[:13] + f" {ranges}]".encode()
    moment = f"/M (D:{now.astimezone(UTC):%Y%m%d%H%M%S}Z)".encode()
    at = made.index(_MOMENT, place.after)
    made[at : at + len(_MOMENT)] = moment
    return made


def fill(data: bytearray, place: Place, signature: bytes) -> bytes:
    """Write the signature's digits; what is left of the room stays zero."""
    if len(signature) > place.room:
        raise NoPlace(f"signature of {len(signature)} bytes, room for {place.room}")
    digits = signature.hex().encode()
    data[place.before + 1 : place.before + 1 + len(digits)] = digits
    return bytes(data)
