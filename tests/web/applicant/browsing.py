"""A browser without script: reads the page's forms as they stand, fills them in, presses buttons."""

import io
from html.parser import HTMLParser
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class _Forms(HTMLParser):
    """Every form with what it would send if nothing were touched, and its select options."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict] = []
        self.select = self.area = ""

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in pairs}
        if tag == "form":
            self.forms.append(
                {"action": given.get("action", ""), "fields": {}, "names": set(), "buttons": []}
            )
        if not self.forms:
            return
        form, name = self.forms[-1], given.get("name", "")
        if tag in ("input", "select", "textarea") and name:
            form["names"].add(name)
        if tag == "input" and name:
            kind = given.get("type", "text")
            if kind in ("radio", "checkbox"):
                if "checked" in given:
                    form["fields"][name] = given.get("value", "on")
            elif kind not in ("submit", "file"):
                form["fields"][name] = given.get("value", "")
        elif tag == "button":
            form["buttons"].append((name, given.get("value", "")))
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            if "selected" in given or self.select not in form["fields"]:
                form["fields"][self.select] = given.get("value", "")
        elif tag == "textarea":
            self.area, form["fields"][name] = name, ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            kept = self.forms[-1]["fields"]
            kept[self.area] = (
                kept[self.area] + data
                if kept[self.area]
                else data.removeprefix("\r").removeprefix("\n")
            )


class Browser:
    """One person's browser; `page` is the last page that was answered."""

    def __init__(self, client: FlaskClient, language: str = "en") -> None:
        self.client = client
        self.headers = {"Accept-Language": language}
        self.path = ""
        self.answer: TestResponse | None = None

    @property
    def text(self) -> str:
        return self.answer.get_data(as_text=True)

    @property
    def status(self) -> int:
        return self.answer.status_code

    def get(self, path: str) -> "Browser":
        return self._arrived(self.client.get(path, headers=self.headers, follow_redirects=True))

    def _arrived(self, answer: TestResponse) -> "Browser":
        self.answer, self.path = answer, answer.request.path
        return self

    def form_with(self, field: str) -> dict:
        """The form on the page that asks for this."""
        reader = _Forms()
        reader.feed(self.text)
        return next(form for form in reader.forms if field in form["names"])

    def fill(self, answers: dict[str, str], *, press: str = "next", **files: tuple) -> "Browser":
        """Fill in what the page asks for among these answers, and press a button."""
        form = self.form_with("version")
        asked = {name: answers[name] for name in form["names"] if name in answers}
        return self.send(form, asked | {"go": press}, **files)

    def send(self, form: dict, values: dict[str, str], **files: tuple) -> "Browser":
        data = {**form["fields"], **values}
        for field, (name, content) in files.items():
            data[f"file-{field}"] = (io.BytesIO(content), name)
        path = urlsplit(form["action"]).path or self.path
        return self._arrived(
            self.client.post(
                path,
                data=data,
                headers=self.headers,
                follow_redirects=True,
                content_type="multipart/form-data",
            )
        )

    def start(self, kind: str) -> int:
        """Start an application of this kind; its id."""
        self.get("/applications/start")
        self.send(self.form_with("kind"), {"kind": kind})
        assert self.status == 200, self.text
        return int(self.path.rsplit("/", 1)[1])

    def fill_everything(self, case_id: int, answers: dict[str, str]) -> "Browser":
        """Through all steps by "Save and continue", as far as they lead."""
        self.get(f"/applications/{case_id}/form/particulars")
        for _ in range(20):
            if "/form/" not in self.path or self.status != 200:
                return self
            self.fill(answers)
        raise AssertionError("the form never ends")
