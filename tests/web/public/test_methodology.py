"""The methodology page is the rulebook: nothing of it is missing, nothing is said twice."""

from datetime import UTC, datetime

import pytest

from registry import rulebooks
from registry.rules.calendar import legal_date
from registry.rules.rulebook import digest


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_stands_there_with_weight_source_and_status(client, language):
    text = client.get("/methodology", headers={"Accept-Language": language}).text
    book = rulebooks.in_force(legal_date(datetime.now(UTC)))
    for rule in book.rules:
        assert f'id="rule-{rule.id}"' in text
        assert (rule.name.zh if language == "zh" else rule.name.en).replace("'", "&#39;") in text
        assert rule.source.document.split("；")[0] in text
    assert text.count('class="scale"') == sum(bool(rule.curve) for rule in book.rules)
    assert book.sha256 in text


def test_our_own_design_says_so(client):
    text = client.get("/methodology", headers={"Accept-Language": "en"}).text
    rule = text[text.index('id="rule-E1"') :][:3000]
    assert "Our own design" in rule


def test_the_files_give_the_digest_that_certificates_name(client):
    for book_id, version in rulebooks.released():
        names = list(rulebooks.files(book_id, version))
        got = {name: client.get(f"/methodology/{book_id}/{version}/{name}").data for name in names}
        assert digest(got) == rulebooks.load(book_id, version).sha256


@pytest.mark.parametrize(
    "address",
    [
        "/methodology/low-carbon/1999.1",
        "/methodology/no/2026.1",
        "/methodology/low-carbon/2026.1/..%2F__init__.py",
        "/methodology/low-carbon/2026.1/secret.toml",
    ],
)
def test_what_was_never_released_is_not_found(client, address):
    assert client.get(address).status_code == 404
