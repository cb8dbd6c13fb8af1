"""Check a certificate: its state by number, or the file itself, which is looked at and not kept."""

import hashlib
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired, FileSize
from wtforms import Form, StringField
from wtforms.validators import Length

from registry.documents.findings import Findings, StatusList
from registry.models import Certificate
from registry.operations import certificate as operations
from registry.operations import status_list as states
from registry.queries import audit
from registry.queries import certificate as certificates
from registry.rules import certificate as rule
from registry.rules.lifecycle import CERTIFICATE
from registry.web import edge
from registry.web.access import opens_to_everyone
from registry.web.language import t
from registry.web.public import blueprint
from registry.web.public.certificate import public_facts
from registry.words import Words

LARGEST_FILE = 5 * 1024 * 1024  # an issued certificate has about 60 KiB


class NumberForm(Form):
    """A GET form: the address of the answer can be kept."""

    number = StringField(validators=[Length(max=40)])

    def speak(self) -> None:
        self.number.label.text = t("证书编号", "Certificate number")


class FileForm(FlaskForm):
    file = FileField(validators=[FileRequired(), FileSize(LARGEST_FILE)])

    def speak(self) -> None:
        self.file.label.text = t("证书 PDF 文件", "Certificate PDF")
        chosen, size = self.file.validators
        chosen.message = t("请选择一个文件。", "Choose a file.")
        size.message = t(
            "文件太大，不会是本平台的证书。", "Too large to be a certificate of this registry."
        )


def _page(**shown: Any) -> str:
    number = NumberForm(request.args)
    number.speak()
    file_form = shown.pop("file_form", None) or FileForm()
    file_form.speak()
    head = audit.head(edge.reading())
    shown = {"asked": "", "facts": None, "shape": None, "checked": None} | shown
    return render_template(
        "public/check.html",
        number_form=number,
        file_form=file_form,
        limit=LARGEST_FILE,
        head=head,
        now=edge.now(),
        **shown,
    )


@blueprint.get("/check")
@opens_to_everyone
def check_certificate() -> ResponseReturnValue:
    """By number: the state and no more. Who holds the certificate has the full page by its code."""
    asked = " ".join(request.args.get("number", "")[:40].upper().split())
    if not asked:
        return _page()
    if not rule.check(asked):
        return _page(asked=asked, shape=False)
    found = certificates.by_number(edge.reading(), asked)
    shown = found is not None and CERTIFICATE.public_label(found.state) is not None
    return _page(asked=asked, shape=True, facts=public_facts(found) if found and shown else None)


@blueprint.post("/check")
@opens_to_everyone
def check_file() -> ResponseReturnValue:
    """The file against itself, against our bytes and against our register; then it is forgotten."""
    form = FileForm()
    form.speak()
    if not form.validate_on_submit():
        return _page(file_form=form), 422
    data: bytes = form.file.data.read()
    return _page(checked=_checked(data))


def _checked(data: bytes) -> dict[str, Any]:
    signer = operations.signer_of(edge.settings())
    anchors = [signer.chain[-1] if signer.chain else signer.certificate]
    from registry.documents import verification  # reading PDFs is heavy: only where one is sent

    first = verification.verify(data, anchors)
    found = certificates.by_number(edge.reading(), first.number) if first.number else None
    findings = first
    if found is not None:
        findings = verification.verify(data, anchors, _status_list(found), on=edge.today())
    digest = hashlib.sha256(data).hexdigest()
    return {
        "findings": findings,
        "sha256": digest,
        "same_bytes": found is not None and found.pdf_sha256 == digest,
        "known": found is not None,
        "facts": public_facts(found) if found is not None else None,
        "verdict": _verdict(findings, found, digest),
    }


def _verdict(findings: Findings, found: Certificate | None, digest: str) -> tuple[str, Words]:
    """Tone and words of the answer: never a bare "valid"."""
    broken = [one for one in findings.failed if one.code != "status"]
    if broken or not findings.number:
        return "error", Words("不予认可", "Refused")
    if found is None:
        return "error", Words("本登记平台没有这个编号", "This registry does not know the number")
    if found.pdf_sha256 != digest:
        return "error", Words(
            "与本平台签发的文件不是同一文件", "Not the file that this registry issued"
        )
    if findings.failed:
        return "warning", Words(
            "文件完整，但证书目前无效力", "The file is intact, but the certificate is not in force"
        )
    return "success", Words(
        "文件与签发时一致；登记状态见下",
        "The file is as it was issued; the state of the register is below",
    )


def _status_list(found: Certificate) -> StatusList:
    """What our register says of this one number, now."""
    entry = states.entry_of(found, now=edge.now())
    return StatusList(as_of=edge.now(), entries={found.number: entry} if entry else {})
