"""A person at the pages over HTTP: cookies, forms with what they hold, files sent along."""

from __future__ import annotations

import socket
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path

PASSWORD = "demo-registry-2026"  # of the demonstration, shown on its sign-in page
START_SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class _Form(HTMLParser):
    """What the forms of a page would send as they stand, and every name in them."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.names: list[str] = []
        self._select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attributes}
        name = held.get("name", "")
        if tag in ("input", "select", "textarea") and name:
            self.names.append(name)
        if tag == "select":
            self._select = name
        elif (
            tag == "option"
            and self._select
            and ("selected" in held or self._select not in self.fields)
        ):
            self.fields[self._select] = held.get("value", "")
        elif (
            tag == "input"
            and name
            and held.get("type") not in ("checkbox", "radio", "file", "submit")
        ):
            self.fields[name] = held.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""


@dataclass(frozen=True)
class Page:
    address: str
    text: str
    fields: dict[str, str]
    names: list[str]


class Browser:
    """One person. Raises for answers that are none, with the page's own words."""

    def __init__(self, url: str, *, language: str) -> None:
        self.url = url
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(jar)
        self.opener.addheaders = [("Accept-Language", language)]

    def fetch(self, path: str, data: bytes | None = None, kind: str = "") -> bytes:
        return self._open(path, data, kind)[1]

    def _open(self, path: str, data: bytes | None, kind: str) -> tuple[str, bytes]:
        address = path if path.startswith("http") else self.url + path
        request = urllib.request.Request(address, data)
        if kind:
            request.add_header("Content-Type", kind)
            request.add_header("Referer", address)
        try:
            with self.opener.open(request, timeout=600) as answer:
                return answer.geturl(), answer.read()
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace")
            raise RuntimeError(f"{error.code} {path}\n{_summary(said)}") from None

    def get(self, path: str) -> Page:
        return _page(*self._open(path, None, ""))

    def send(
        self, path: str, fields: Mapping[str, str], files: Mapping[str, Path] | None = None
    ) -> Page:
        """The form at this address with these fields over what it holds, posted there."""
        held = self.get(path)
        values = {**held.fields, **fields}
        if files is None:
            kind = "application/x-www-form-urlencoded"
            return _page(*self._open(path, urllib.parse.urlencode(values).encode(), kind))
        edge = uuid.uuid4().hex
        body = b"".join(
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in values.items()
        )
        for name, file in files.items():
            head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{file.name}"\r\n\r\n'
            body += head.encode() + file.read_bytes() + b"\r\n"
        body += f"--{edge}--\r\n".encode()
        return _page(*self._open(path, body, f"multipart/form-data; boundary={edge}"))

    def sign_in(self, email: str) -> None:
        """As soon as the server answers."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.fetch("/healthz")
                break
            except (OSError, RuntimeError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
        page = self.send("/account/sign-in", {"email": email, "password": PASSWORD})
        if "/sign-in" in page.address:
            raise RuntimeError(f"not signed in as {email}\n{_summary(page.text)}")


def _page(address: str, body: bytes) -> Page:
    text = body.decode(errors="replace")
    form = _Form()
    form.feed(text)
    return Page(address, text, form.fields, form.names)


def _summary(text: str) -> str:
    """What an error summary or a heading says, roughly."""
    found = text.partition("error-summary")[2] or text.partition("<h1")[2]
    return " ".join(found[:1500].split())
