"""axe-core on a page as it stands in the browser: WCAG 2.0, 2.1 and 2.2 at levels A and AA, and its
best practices. Vendored, so that no test needs a network."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass(frozen=True)
class Violation:
    rule: str
    help: str
    where: str
    why: str

    def __str__(self) -> str:
        return f"{self.rule} at {self.where}: {self.help} ({self.why})"


def check_page(page: Page) -> list[Violation]:
    """Every node that breaks a rule; empty when the page is well made."""
    return _run(page, {"type": "tag", "values": RULES})


def check_colours(page: Page) -> list[Violation]:
    """Contrast alone, for the page in another scheme of colours."""
    return _run(page, {"type": "rule", "values": ["color-contrast", "link-in-text-block"]})


def _run(page: Page, rules: dict[str, Any]) -> list[Violation]:
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", rules
    )
    return [
        Violation(
            rule["id"],
            rule["help"],
            " ".join(str(target) for target in node["target"]),
            " ".join(node.get("failureSummary", "").split()),
        )
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def too_wide(page: Page) -> list[str]:
    """What sticks out of the window: WCAG 1.4.10 asks for no sideways scrolling at 320 px."""
    wide: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll('body *')]
          .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
          .map(e => `${e.tagName.toLowerCase()}.${e.className} ${Math.round(e.getBoundingClientRect().right)}px`)"""
    )
    return wide
