"""What stands in the head of every page: the desks that this person may open."""

from dataclasses import dataclass

from flask import Flask, request, url_for
from flask_login import current_user

from registry import __version__
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import holds_one_of
from registry.web.waiting import WORK
from registry.words import Words


@dataclass(frozen=True)
class Entry:
    """A link in the head; empty `roles` opens to everyone, also to strangers."""

    label: Words
    endpoint: str
    roles: frozenset[str] = frozenset()


# Own desks first: signing in leads to the first one that opens. What several only read comes after.
ENTRIES: list[Entry] = [
    Entry(
        Words("我的申请", "My applications"),
        "applicant.applications",
        frozenset({Role.EDITOR, Role.SIGNATORY}),
    ),
    Entry(Words("受理", "Screening"), "reviewer.screening_queue", frozenset({Role.SCREENER})),
    Entry(Words("评审", "Assessment"), "reviewer.assessment_queue", frozenset({Role.ASSESSOR})),
    Entry(Words("审定", "Approval"), "reviewer.approval_queue", frozenset({Role.APPROVER})),
    Entry(Words("制证", "Issuing"), "reviewer.issuing_desk", frozenset({Role.APPROVER})),
    Entry(Words("复议", "Appeals"), "reviewer.appeal_queue", frozenset({Role.APPEAL_PANEL})),
    Entry(
        Words("规则", "Rules"),
        "rules.rulebooks",
        frozenset({Role.RULE_EDITOR, Role.RULE_PUBLISHER}),
    ),
    Entry(Words("审计", "Audit"), "auditor.desk", frozenset({Role.AUDITOR})),
    Entry(
        Words("主体核验", "Organisations"),
        "admin.organisations",
        frozenset({Role.ORG_VERIFIER, Role.ADMIN}),
    ),
    Entry(Words("人员与权限", "People and roles"), "admin.people", frozenset({Role.ADMIN})),
    Entry(
        Words("储备库", "Reserve list"),
        "manager.reserve_list",
        frozenset(
            {
                Role.FUND_MANAGER,
                Role.SCREENER,
                Role.ASSESSOR,
                Role.APPROVER,
                Role.AUDITOR,
                Role.VERIFIER,
            }
        ),
    ),
    Entry(Words("贷款台账", "Loan books"), "portfolio.books", frozenset({Role.FUND_MANAGER})),
    Entry(
        Words("限制名单", "Restricted list"),
        "restriction.entries",
        frozenset(
            {
                Role.RESTRICT_OFFICER,
                Role.RESTRICT_APPROVER,
                Role.APPEAL_PANEL,
                Role.FUND_MANAGER,
                Role.AUDITOR,
            }
        ),
    ),
    Entry(
        Words("名称比对", "Look names up"),
        "restriction.look_up",
        frozenset({Role.FUND_MANAGER, Role.SCREENER, Role.RESTRICT_OFFICER}),
    ),
    Entry(Words("公开项目", "Public register"), "public.register"),
    Entry(Words("核验证书", "Check a certificate"), "public.check_certificate"),
    Entry(Words("评分方法", "Methodology"), "public.methodology"),
]


MY_WORK = Words("待办", "My work")


def _items(app: Flask) -> list[dict[str, object]]:
    items: list[dict[str, object]] = []
    if current_user.is_authenticated and any(holds_one_of(work.roles) for work in WORK):
        home = url_for("public.front")
        items.append({"label": MY_WORK, "href": home, "current": request.path == home})
    for entry in ENTRIES:
        if entry.endpoint not in app.view_functions:
            continue
        if entry.roles and not holds_one_of(entry.roles):
            continue
        href = url_for(entry.endpoint)
        items.append({"label": entry.label, "href": href, "current": _is_current(href)})
    return items


def _is_current(href: str) -> bool:
    return request.path == href or (href != "/" and request.path.startswith(href + "/"))


def init_app(app: Flask) -> None:
    @app.context_processor
    def _head() -> dict[str, object]:
        settings = edge.settings()
        head: dict[str, object] = {
            "demo_mode": settings.demo,
            "test_key": settings.signing_key is None,
            "version": __version__,
            "home_url": url_for("public.front"),
        }
        if request.endpoint is None:
            return head
        head["navigation"] = _items(app)
        if current_user.is_authenticated:
            head["account"] = {
                "name": current_user.name,
                "role": None,
                "links": [
                    {
                        "label": Words("账户与会话", "Account and sessions"),
                        "href": url_for("account.overview"),
                        "current": request.endpoint == "account.overview",
                    },
                    {
                        "label": Words("我的单位", "My organisations"),
                        "href": url_for("account.organisations"),
                        "current": request.endpoint == "account.organisations",
                    },
                ],
                "sign_out": url_for("account.sign_out"),
            }
        else:
            head["sign_in_url"] = url_for("account.sign_in")
        return head
