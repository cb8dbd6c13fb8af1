"""What the explained score holds: every number's row with its status, every rule whole, no secret in public."""

from registry.web.score_view import benefits_of, live_view
from registry.words import Words
from tests.rules.projects import BOOK, FOUND, JUDGED, KILN, LIANGZHOU, scored

RESULT = scored(LIANGZHOU | FOUND | JUDGED)
WORKS = scored(KILN | FOUND | JUDGED, "efficiency_retrofit")


def rules_of(result, **more):
    view = live_view(result, BOOK, **more)
    return {rule["id"]: rule for category in view["categories"] for rule in category["rules"]}


def test_each_number_says_whether_its_row_was_compared_with_the_original():
    (abatement, *_) = benefits_of(RESULT, BOOK)
    (row,) = abatement["rows"]
    assert row == {
        "words": Words(
            "西北 2012 电网基准线因子 OM/BM", "Northwest 2012 grid baseline factors OM/BM"
        ),
        "unverified": True,
    }
    assert rules_of(RESULT)["A1"]["rows"] == [row]
    used = {one["words"].en for one in rules_of(WORKS)["A1"]["rows"] if one["unverified"]}
    assert "bituminous_coal t fuel factor" in used


def test_every_rule_that_applies_is_explained_in_both_languages():
    for result in (RESULT, WORKS):
        applies = {r.rule for r in result.rules if r.state != "not_applicable"}
        shown = rules_of(result)
        assert set(shown) == applies
        for rule in shown.values():
            assert rule["name"].zh and rule["name"].en and rule["source"]["document"]
            for used in rule["inputs"] + rule["workings"]:
                assert used["name"].zh and used["name"].en


def test_what_is_said_of_one_project_is_not_kept_for_the_next():
    first = rules_of(RESULT)["A1"]
    other = rules_of(scored(LIANGZHOU | FOUND | {"total_investment_10k_yuan": "40000"}))["A1"]
    assert first["centipoints"] > other["centipoints"]
    assert rules_of(RESULT)["A1"] == first


def test_a_trade_secret_stays_out_of_the_public_view():
    secrets = {i.id for i in BOOK.inputs if i.trade_secret}
    names = {BOOK.input_by_id[id].name.zh for id in secrets}
    public = rules_of(WORKS, is_public=True)
    said = {
        used["name"].zh for rule in public.values() for used in rule["inputs"] + rule["workings"]
    }
    inside = {
        used["name"].zh
        for rule in rules_of(WORKS).values()
        for used in rule["inputs"] + rule["workings"]
    }
    assert names & inside and not names & said
