"""The papers of a case by their kind."""

from . import Words

PAPERS: dict[str, Words] = {
    "receipt": Words("申报回执", "Receipt of a submission"),
    "refusal": Words("决定通知书", "Letter of decision"),
    "report": Words("评审报告", "Assessment report"),
}
