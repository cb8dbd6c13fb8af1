"""Names are read as the law orders them: region, brand, industry, form; and branch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.screening import fold, parse_company
from registry.rules.screening.places import names_of, read_end, read_start, read_whole, stem

CASES = [
    # name, regions, brand, industry, form, branch
    ("北京华信科技有限公司", ["11"], "华信", "科技", "有限公司", ""),
    ("华信科技（北京）有限公司", ["11"], "华信", "科技", "有限公司", ""),
    ("华信（北京）科技有限公司", ["11"], "华信", "科技", "有限公司", ""),
    ("深圳市佰聯升電子科技有限公司", ["4403"], "佰联升", "电子科技", "有限公司", ""),
    ("江苏省南京市江宁区华信工贸有限责任公司", ["320115"], "华信", "工贸", "有限责任公司", ""),
    ("昆山华信电子有限公司", ["320583"], "华信", "电子", "有限公司", ""),
    ("东方科技有限公司", [], "东方", "科技", "有限公司", ""),
    ("东方红科技有限公司", [], "东方红", "科技", "有限公司", ""),
    ("朝阳光电科技有限公司", ["2113"], "光电", "科技", "有限公司", ""),
    ("中海油销售天津有限公司", ["12"], "中海油", "销售", "有限公司", ""),
    ("中国人寿保险(集团)公司", ["00"], "人寿", "保险", "集团公司", ""),
    ("中国农业银行股份有限公司桂平支行", ["00"], "农业", "银行", "股份有限公司", "桂平支行"),
    ("上海岭华电子技术有限公司天目路分公司", ["31"], "岭华", "电子技术", "有限公司", "天目路分公司"),
    ("天门市永盛蔬菜专业合作社", ["429006"], "永盛", "蔬菜", "专业合作社", ""),
    ("嘉兴启明股权投资合伙企业（有限合伙）", ["3304"], "启明", "股权投资", "合伙企业有限合伙", ""),
    ("TCL集团股份有限公司", [], "tcl", "", "集团股份有限公司", ""),
    ("北京华信科技有限公司（筹）", ["11"], "华信", "科技", "有限公司", ""),
    ("北京华信科技限有公司", ["11"], "华信", "科技", "限有公司", ""),
    ("北京华信科技有限司", ["11"], "华信", "科技", "有限司", ""),
    ("北京华信科技有限责公司", ["11"], "华信", "科技", "有限责公司", ""),
    ("Shenzhen Bailiansheng Electronic Technology Co., Ltd.", ["4403"], "bailiansheng",
     "electronics technology", "co ltd", ""),
    ("Furuida Heilongjiang Supply Chain Mgmt Co Ltd", ["23"], "furuida",
     "supply chain management", "co ltd", ""),
    ("Guangdong Shenzhen Huaxin Tecnology Co Ltd", ["4403"], "huaxin", "technology", "co ltd", ""),
    ("Huaxin Technology (Hong Kong) Limited", ["81"], "huaxin", "technology", "limited", ""),
    ("Shenzen Huaxin Technology Limted", ["4403"], "huaxin", "technology", "limted", ""),
    ("New Hope Energy Inc", [], "new hope", "energy", "inc", ""),
    ("Tianjin", [], "tianjin", "", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "codes", "brand", "industry", "form", "branch"), CASES)
def test_parts(
    name: str, codes: list[str], brand: str, industry: str, form: str, branch: str
) -> None:
    found = parse_company(name)
    joint = "" if found.script == "zh" else " "
    assert [place.codes[0] for place in found.regions] == codes
    assert (found.brand, joint.join(found.industry), found.form, found.branch) == (
        brand, industry, form, branch,
    )  # fmt: skip


@given(st.text(max_size=40))
def test_every_text_can_be_parsed(text: str) -> None:
    found = parse_company(text)
    assert found.text == fold(text)
    assert parse_company(found.text) == found


@given(st.text("北京上海东方华信科技电子工程有限公司()（）分支行中国集团", max_size=24))
def test_every_chinese_text_keeps_a_core(text: str) -> None:
    found = parse_company(text)
    assert bool(found.core) or not fold(text).strip("()")


def test_a_region_that_may_be_a_brand_is_kept_as_a_second_core() -> None:
    found = parse_company("昆山华信电子有限公司")
    assert [way.core for way in found.ways] == ["华信电子", "昆山华信电子"]


def test_places() -> None:
    assert stem("延边朝鲜族自治州") == "延边"
    assert stem("易县") == "易县"
    assert read_start("朝阳华信").codes == ("2113", "211321")  # type: ignore[union-attr]
    assert read_start("北京朝阳华信").codes == ("110105",)  # type: ignore[union-attr]
    assert read_start("华信") is None
    assert read_whole("海淀").codes == ("110108",)  # type: ignore[union-attr]
    assert read_end("华信北京").codes == ("11",)  # type: ignore[union-attr]
    assert names_of("11") == ("北京市", "北京")
