"""Keys are stable numbers for an indexed join: list and query meet where a name was mistyped."""

from hypothesis import given
from hypothesis import strategies as st

from registry.rules.screening import Entry, Name, Subject, entry_keys, keys, probes
from registry.rules.screening.keying import key
from registry.rules.screening.subjects import FORMER, PERSON

BRAND = st.text("华信达新科源鑫恒佰联", min_size=2, max_size=4)
TRADE = st.sampled_from(["科技", "电子", "新能源科技", "精密机械"])


def meet(entry: Entry, subject: Subject) -> bool:
    return not entry_keys(entry).isdisjoint(probes(subject))


def test_keys_never_change() -> None:
    # stored in databases: another number here means that every list must be keyed anew
    assert key("C", "华信科技") == -4760101382563203692
    assert all(-(2**63) <= number < 2**63 for number in keys("北京华信科技有限公司", "Huaxin"))


def test_a_company_is_stored_under_few_keys() -> None:
    assert len(keys("北京华信科技有限公司")) == 8
    assert len(keys("深圳市佰联升电子科技有限公司", "Shenzhen Bailiansheng Technology")) == 26


@given(BRAND, TRADE, st.data())
def test_one_slip_in_brand_or_industry_still_meets(
    brand: str, trade: str, data: st.DataObject
) -> None:
    core = brand + trade
    at = data.draw(st.integers(0, len(core) - 1))
    slips = (
        core[:at] + core[at + 1 :],
        core[:at] + "某" + core[at:],
        core[:at] + "某" + core[at + 1 :],
        core[:at] + core[at + 1 : at + 2] + core[at] + core[at + 2 :],
    )
    entry = Entry(1, f"北京{core}有限公司")
    for slip in slips:
        assert meet(entry, Subject(f"北京{slip}有限公司")), slip


@given(st.text("abcdefghinouz", min_size=5, max_size=12), st.data())
def test_one_slip_in_a_latin_brand_still_meets(brand: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(brand) - 1))
    entry = Entry(1, f"{brand} Technology Co Ltd")
    for slip in (brand[:at] + brand[at + 1 :], brand[:at] + "x" + brand[at:]):
        assert meet(entry, Subject(f"{slip} Technology Co Ltd")), slip


def test_scripts_meet_by_sound() -> None:
    chinese = Entry(1, "深圳市佰联升电子科技有限公司")
    assert meet(chinese, Subject("Shenzhen Bailiansheng Electronic Technology Co., Ltd."))
    latin = Entry(1, "Bailiansheng Electronic Ltd")
    assert meet(latin, Subject("深圳市佰联升电子科技有限公司"))


def test_identifiers_former_names_and_persons_are_keys() -> None:
    entry = Entry(
        1,
        "甲乙丙有限公司",
        uscc="91110108101101716X",
        other_names=(Name("丁戊己有限公司", FORMER),),
    )
    assert meet(entry, Subject("某", uscc="911101081011-01716X"))
    assert meet(entry, Subject("某", codes=("10110171-6",)))
    assert meet(entry, Subject("丁戊己有限公司"))
    person = Entry(2, "王小明", kind=PERSON, person_id="salted")
    assert meet(person, Subject("某", kind=PERSON, person_id="salted"))
    assert meet(person, Subject("王晓明", kind=PERSON))
    assert not meet(person, Subject("王小明"))


def test_the_registration_stands_in_for_a_region_that_the_name_lacks() -> None:
    entry = Entry(1, "华信科技有限公司", uscc="91110108101101716X")
    assert meet(entry, Subject("北京华达科技有限公司"))
    assert meet(entry, Subject("华达科技有限公司"))
    placed = Entry(1, "北京华信科技有限公司")
    assert not meet(placed, Subject("上海华达科技有限公司"))
