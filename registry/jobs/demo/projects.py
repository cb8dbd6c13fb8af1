"""The projects of the demonstration: published figures first, then what is assumed."""

from registry.jobs.demo.listed import LISTED
from registry.jobs.demo.project import ASSUMED, DemoProject
from registry.words import Words

__all__ = ["ASSUMED", "OWNERS", "PROJECTS", "DemoProject"]

PROJECTS: tuple[DemoProject, ...] = (
    DemoProject(
        key="liangzhou",
        owner="liangzhou",
        kind="renewable_power",
        name=Words("凉州 50 兆瓦光伏发电项目", "Liangzhou 50 MWp solar power project"),
        summary=Words(
            "位于甘肃省武威市凉州区的并网光伏电站，年上网电量 72,668 兆瓦时。",
            "A grid-connected solar plant in Liangzhou, Gansu, delivering 72,668 MWh a year.",
        ),
        site="甘肃省武威市凉州区",
        source=Words(
            "CDM 项目设计文件，2013-09-04，ACM0002 第 13 版",
            "CDM project design document of 2013-09-04, ACM0002 version 13",
        ),
        published={
            "province": "620000",
            "zone": "outside",
            "industry_code": "4416",
            "technology": "solar_pv",
            "capacity_mw": "50",
            "generation_mwh_per_year": "72668",
            "grid_region": "northwest",
            "method_document": "cdm",
            "method_reference": "ACM0002 v13, PDD 2013-09-04",
            "method_vintage": "2012",
        },
        stage="listed",
    ),
    DemoProject(
        key="huitengliang",
        owner="huitengliang",
        kind="renewable_power",
        name=Words("辉腾梁 300 兆瓦风电项目", "Huitengliang 300 MW wind power project"),
        summary=Words(
            "并网风电场；注册前 627 天签发减排量 1,286,349 吨，折合每年 748,831 吨。",
            "A grid-connected wind farm; 1,286,349 t in the 627 days before registration, "
            "748,831 t pro rata a year.",
        ),
        site="内蒙古自治区锡林郭勒盟",
        source=Words("CDM 签发记录", "CDM issuance record"),
        published={
            "province": "150000",
            "zone": "outside",
            "industry_code": "4415",
            "technology": "wind_onshore",
            "capacity_mw": "300",
        },
        assumed={
            "generation_mwh_per_year": "760000",
            "grid_region": "north",
            "method_document": "none",
            "total_investment_10k_yuan": "210000",
        },
        stage="in_review",
    ),
    DemoProject(
        key="lianghekou",
        owner="lianghekou",
        kind="hydropower",
        name=Words("两河口 300 万千瓦水电项目", "Lianghekou 3 GW hydropower project"),
        summary=Words(
            "设计年发电量 110 亿千瓦时；水库项目排放与泄漏未公布，减排量不予计算。",
            "11 TWh a year by design; project emissions and leakage of the reservoir were not "
            "published, so the abatement is not computed.",
        ),
        site="四川省甘孜藏族自治州雅江县",
        source=Words("碳中和债券说明", "carbon-neutral note"),
        published={
            "province": "510000",
            "zone": "outside",
            "industry_code": "4413",
            "hydro_technology": "hydro_reservoir",
            "capacity_mw": "3000",
            "generation_mwh_per_year": "11000000",
        },
        assumed={
            "grid_region": "central",
            "method_document": "none",
            "total_investment_10k_yuan": "6640000",
        },
        stage="draft",
    ),
    DemoProject(
        key="qingfeng",
        owner="qingfeng",
        kind="renewable_power",
        name=Words("清风 48 兆瓦风电项目", "Qingfeng 48 MW wind power project"),
        summary=Words(
            "报载“年发电 14 亿千瓦时”，超过 48 兆瓦全年满发的 420.48 吉瓦时：提交时被拒绝。",
            "A newspaper printed 1,400 GWh a year, more than the 420.48 GWh of 48 MW at full load "
            "all year: refused at submission.",
        ),
        site="内蒙古自治区",
        source=Words("报纸报道，2012-07-26", "newspaper report of 2012-07-26"),
        published={
            "province": "150000",
            "zone": "outside",
            "industry_code": "4415",
            "technology": "wind_onshore",
            "capacity_mw": "48",
            "generation_mwh_per_year": "1400000",
        },
        assumed={
            "grid_region": "north",
            "method_document": "none",
            "total_investment_10k_yuan": "40000",
        },
        stage="draft",
    ),
    DemoProject(
        key="kiln",
        owner="kiln",
        kind="efficiency_retrofit",
        name=Words("演示水泥熟料生产线节能改造", "Demonstration clinker line retrofit"),
        summary=Words(
            "虚构项目：熟料生产线改造至能效标杆水平。",
            "A made-up project: a clinker line brought to the benchmark level.",
        ),
        site="安徽省（虚构）",
        source=Words("全部为演示假设", "all figures are demo assumptions"),
        published={},
        assumed={
            "build_type": "upgrade",
            "adds_capacity": "no",
            "province": "340000",
            "zone": "outside",
            "industry_code": "3011",
            "structure_class": "permitted",
            "product": "clinker",
            "same_service": "yes",
            "output_units_per_year": "1500000",
            "design_output_units_per_year": "1550000",
            "grid_region": "east",
            "electricity_before_kwh_per_unit": "60",
            "electricity_after_kwh_per_unit": "52",
            "electricity_basis": "equivalent",
            "fuel": "bituminous_coal",
            "fuel_before_kg_per_unit": "165",
            "fuel_after_kg_per_unit": "148",
            "gas": "none",
            "unit_energy_before": "112",
            "unit_energy_after": "100",
            "baseline_undertaken_on": "",
            "total_investment_10k_yuan": "9000",
            "fossil_use": "phase_out",
            "phase_out_on": "2040-12-31",
            "energy_use_tce_per_year": "150000",
            "added_value_10k_yuan_per_year": "420000",
            "price_base_year": "2020",
            "clean_energy_tce_per_year": "30000",
            "base_year": "2020",
            "current_year": "2025",
            "co2_base_tco2_per_year": "1000000",
            "co2_current_tco2_per_year": "850000",
            "added_value_base_10k_yuan": "400000",
            "pollutant": "nox",
            "pollutant_before_t_per_year": "900",
            "pollutant_after_t_per_year": "600",
            "solid_waste_t_per_year": "10000",
            "solid_waste_used_t_per_year": "9300",
            "water_reuse_percent": "92",
            "eia_approved": "yes",
            "total_control": "yes",
            "peak_alignment": "yes",
            "access_list": "yes",
            "coal_offset": "not_required",
        },
        stage="returned",
    ),
    DemoProject(
        key="lookalike",
        owner="lookalike",
        kind="renewable_power",
        name=Words("演示园区屋顶光伏项目", "Demonstration rooftop solar"),
        summary=Words(
            "虚构项目：业主名称与限制名单上的虚构企业相近，由受理人员判定。",
            "A made-up project whose owner's name resembles a made-up body on the restricted list: "
            "a screener decides.",
        ),
        site="北京市（虚构）",
        source=Words("全部为演示假设", "all figures are demo assumptions"),
        published={},
        assumed={
            "province": "110000",
            "zone": "HTZ001",
            "industry_code": "4416",
            "technology": "solar_pv",
            "capacity_mw": "6",
            "generation_mwh_per_year": "7200",
            "grid_region": "north",
            "method_document": "none",
            "total_investment_10k_yuan": "2400",
        },
        stage="screening",
    ),
    DemoProject(
        key="rejected",
        owner="kiln",
        kind="renewable_power",
        name=Words("演示分散式风电项目", "Demonstration distributed wind"),
        summary=Words(
            "虚构项目：未通过，理由与复议期限见通知书。",
            "A made-up project that was refused; the letter gives the reason and the days to appeal.",
        ),
        site="安徽省（虚构）",
        source=Words("全部为演示假设", "all figures are demo assumptions"),
        published={},
        assumed={
            "province": "340000",
            "zone": "outside",
            "industry_code": "4415",
            "technology": "wind_onshore",
            "capacity_mw": "20",
            "generation_mwh_per_year": "42000",
            "grid_region": "east",
            "method_document": "none",
            "total_investment_10k_yuan": "98000",
            "disclosure": "none",
        },
        stage="rejected",
    ),
    *LISTED,
)

OWNERS: dict[str, Words] = {
    "liangzhou": Words(
        "凉州演示光伏电力有限公司（虚构）", "Liangzhou Demonstration Solar Co. (made up)"
    ),
    "huitengliang": Words(
        "辉腾梁演示风电有限公司（虚构）", "Huitengliang Demonstration Wind Co. (made up)"
    ),
    "lianghekou": Words(
        "两河口演示水电有限公司（虚构）", "Lianghekou Demonstration Hydro Co. (made up)"
    ),
    "qingfeng": Words("清风演示风电有限公司（虚构）", "Qingfeng Demonstration Wind Co. (made up)"),
    "kiln": Words("皖演示水泥有限公司（虚构）", "Demonstration Cement Co. (made up)"),
    "sewage": Words("苏演示水务有限公司（虚构）", "Demonstration Water Co. (made up)"),
    "datacentre": Words("粤演示数据有限公司（虚构）", "Demonstration Data Co. (made up)"),
    "hills": Words("冀演示风电有限公司（虚构）", "Demonstration Hills Wind Co. (made up)"),
    "lookalike": Words(
        "北京绿岚演示科技有限公司", "Beijing Lulan Demonstration Technology Co., Ltd."
    ),
}
