"""A policy is refused when it does not add up, and is named by its hash."""

from hashlib import sha256

import pytest

from registry.reference.screening import CURRENT, FOLDER, screening_policy
from registry.rules.screening import Policy, PolicyInvalid

TEXT = (FOLDER / f"policy-{CURRENT}.toml").read_text(encoding="utf-8")


def test_the_policy_in_force_names_itself() -> None:
    policy = screening_policy()
    assert policy.version == CURRENT
    assert policy.sha256 == sha256(TEXT.encode()).hexdigest()


@pytest.mark.parametrize(
    ("line", "other", "said"),
    [
        ("[points.zh-zh.form]\nequal = ", "[points.zh-zh.form]\nequal = 1", "sums to"),
        ("contradiction = -", "contradiction = ", "contradiction"),
        ("person = { possible = 6000", "person = { possible = 0", "thresholds.person"),
        ("person = { possible = 6000", "person = { possible = 6000.5", "basis points"),
        ("[points.other.name]", "[points.another.name]", "points.other"),
    ],
)
def test_a_policy_that_does_not_add_up_is_refused(line: str, other: str, said: str) -> None:
    assert line in TEXT
    with pytest.raises(PolicyInvalid, match=said):
        Policy.parse(TEXT.replace(line, other))
