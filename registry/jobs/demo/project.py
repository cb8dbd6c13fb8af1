"""A project of the demonstration: what was published of it, and what is assumed."""

from dataclasses import dataclass, field

from registry.words import Words

# Needed by every application and published for none of these projects.
ASSUMED: dict[str, str] = {
    "build_type": "new",
    "structure_class": "encouraged",
    "commissioned_on": "2026-06-30",
    "lifetime_years": "25",
    "catalogue_edition": "2025",
    "catalogue_code": "4.1",
    "total_investment_10k_yuan": "25000",
    "investment_document": "演示备案文件",
    "financed_elsewhere_percent": "0",
    "fossil_use": "none",
    "harm_adaptation": "pass",
    "harm_water": "pass",
    "harm_circular": "pass",
    "harm_pollution": "pass",
    "harm_biodiversity": "pass",
    "major_accidents": "0",
    "penalty_count": "0",
    "shutdown_orders": "0",
    "controller_name": "演示控股（虚构）",
    "attributes": "retained",
    "credential": "none",
    "disclosure": "public_annual",
    "monitoring_parameters": "yes",
    "monitoring_meters": "yes",
    "monitoring_roles": "yes",
    "monitoring_records": "yes",
    "monitoring_quality": "yes",
}


@dataclass(frozen=True)
class DemoProject:
    """`published` comes from `source`; the rest is assumed. `stage` is how far the case is played."""

    key: str
    owner: str
    kind: str
    name: Words
    summary: Words
    site: str
    source: Words
    published: dict[str, str]
    stage: str
    assumed: dict[str, str] = field(default_factory=dict)

    @property
    def answers(self) -> dict[str, str]:
        particulars = {
            "project_name_zh": self.name.zh,
            "project_name_en": self.name.en,
            "summary_zh": f"{self.summary.zh}（{self.source.zh}）",
            "summary_en": f"{self.summary.en} ({self.source.en})",
            "site_address": self.site,
        }
        return {**ASSUMED, **self.assumed, **self.published, **particulars}

    @property
    def assumptions(self) -> list[str]:
        return [key for key in {**ASSUMED, **self.assumed} if key not in self.published]
