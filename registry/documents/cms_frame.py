"""A CMS signature as a frame in which only digest and signature change.

pyHanko builds the PAdES structure once for each signer; every further signature without a
time-stamp is the same bytes around another digest. That is checked against pyHanko by a test, and
costs a fiftieth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


class FrameRefused(ValueError):
    """A structure in which the digest does not stand exactly once."""


@dataclass(frozen=True)
class Frame:
    """The encoded parts between which digest and signature are set."""

    content_type: bytes
    before_signers: bytes
    before_attributes: bytes
    attributes: bytes
    algorithm: bytes
    digest_at: int

    def fill(self, digest: bytes, sign: Callable[[bytes], bytes]) -> bytes:
        """The signature over a SHA-256 digest of 32 bytes."""
        at = self.digest_at
        attributes = self.attributes[:at] + digest + self.attributes[at + len(digest) :]
        signature = sign(_wrapped(0x31, attributes))
        signer = _wrapped(
            0x30,
            self.before_attributes
            + _wrapped(0xA0, attributes)
            + self.algorithm
            + _wrapped(0x04, signature),
        )
        signed = _wrapped(0x30, self.before_signers + _wrapped(0x31, signer))
        return _wrapped(0x30, self.content_type + _wrapped(0xA0, signed))


def frame_of(made: bytes, digest: bytes) -> Frame:
    """Cut a finished signature over `digest` into its frame."""
    content_type, explicit = _members(_inside(made))
    before, signers = _split_last(_inside(_inside(explicit)))
    parts = _members(_inside(_inside(signers)))
    at = next(index for index, part in enumerate(parts) if part[0] == 0xA0)
    attributes = _inside(parts[at])
    if attributes.count(digest) != 1 or len(parts) != at + 3:
        raise FrameRefused("not a plain PAdES signature")
    return Frame(
        content_type=content_type,
        before_signers=before,
        before_attributes=b"".join(parts[:at]),
        attributes=attributes,
        algorithm=parts[at + 1],
        digest_at=attributes.index(digest),
    )


_DIGEST = bytes.fromhex("06092a864886f70d01090431220420")  # messageDigest, a set of 32 bytes


def cut(contents: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """A signature with what room is left behind it, into its frame (all that does not change from
    file to file), the signed attributes as they are signed, the digest in them, and the signature."""
    end = _extent(contents, 0)[1]
    if contents[end:].strip(b"\0"):
        raise FrameRefused("something stands behind the signature")
    content_type, explicit = _pair(_inside(contents[:end]))
    before, signers = _split_last(_inside(_inside(explicit)))
    (signer,) = _members(_inside(signers))
    parts = _members(_inside(signer))
    if len(parts) != 6 or parts[3][:1] != b"\xa0" or parts[5][:1] != b"\x04":
        raise FrameRefused("not a plain PAdES signature")
    attributes = _inside(parts[3])
    if attributes.count(_DIGEST) != 1:
        raise FrameRefused("no single digest")
    at = attributes.index(_DIGEST) + len(_DIGEST)
    digest = attributes[at : at + 32]
    frame = b"".join(
        (content_type, before, *parts[:3], attributes[:at], attributes[at + 32 :], parts[4])
    )
    return frame, _wrapped(0x31, attributes), digest, _inside(parts[5])


def _pair(content: bytes) -> tuple[bytes, bytes]:
    members = _members(content)
    if len(members) != 2:
        raise FrameRefused("not a CMS structure")
    return members[0], members[1]


def _wrapped(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def _extent(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of the element at `at` begins and ends; DER, one-byte tags."""
    if at + 2 > len(data):
        raise FrameRefused("cut off")
    first = data[at + 1]
    if first < 128:
        if at + 2 + first > len(data):
            raise FrameRefused("cut off")
        return at + 2, at + 2 + first
    begin = at + 2 + (first & 127)
    end = begin + int.from_bytes(data[at + 2 : begin], "big")
    if first == 0x80 or begin > len(data) or end > len(data):
        raise FrameRefused("cut off")
    return begin, end


def _inside(element: bytes) -> bytes:
    begin, end = _extent(element, 0)
    return element[begin:end]


def _members(content: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(content):
        end = _extent(content, at)[1]
        found.append(content[at:end])
        at = end
    return found


def _split_last(content: bytes) -> tuple[bytes, bytes]:
    members = _members(content)
    if not members:
        raise FrameRefused("empty")
    return b"".join(members[:-1]), members[-1]
