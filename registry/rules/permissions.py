"""Who may do what, where and on which day. Roles are granted to a person for a scope and a time.

Moves of a case carry their roles in the tables of `lifecycle`; `ACTIONS` here has everything else.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    EDITOR = "applicant.editor"
    SIGNATORY = "applicant.signatory"
    SCREENER = "screener"
    ASSESSOR = "assessor"
    APPROVER = "approver"
    FUND_MANAGER = "fund_manager"
    VERIFIER = "verifier"
    RESTRICT_OFFICER = "restrict_officer"
    RESTRICT_APPROVER = "restrict_approver"
    ORG_VERIFIER = "org_verifier"
    RULE_EDITOR = "rule_editor"
    RULE_PUBLISHER = "rule_publisher"
    APPEAL_PANEL = "appeal_panel"
    AUDITOR = "auditor"
    ADMIN = "admin"
    SERVICE = "service"
    PUBLIC = "public"


class ScopeKind(StrEnum):
    ORGANISATION = "organisation"
    ZONE = "zone"
    FUND = "fund"
    EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a case lies. A project outside any zone has no zone: only `everywhere` covers it."""

    organisation_id: int | None = None
    zone_id: str | None = None
    fund_id: int | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """A role for a scope, valid from a day to a day, both included; no end is open-ended."""

    role: Role
    scope_kind: ScopeKind = ScopeKind.EVERYWHERE
    scope_id: str = ""
    from_day: date = date.min
    to_day: date | None = None

    def holds_on(self, on: date) -> bool:
        return self.from_day <= on and (self.to_day is None or on <= self.to_day)

    def covers(self, scope: Scope) -> bool:
        if self.scope_kind is ScopeKind.EVERYWHERE:
            return True
        there = {
            ScopeKind.ORGANISATION: scope.organisation_id,
            ScopeKind.ZONE: scope.zone_id,
            ScopeKind.FUND: scope.fund_id,
        }[self.scope_kind]
        return there is not None and str(there) == self.scope_id


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person with grants, a service (no person), or an unknown member of the public."""

    person_id: int | None
    roles: tuple[Grant, ...] = ()
    organisation_ids: frozenset[int] = frozenset()
    group_ids: frozenset[int] = frozenset()
    service: str = ""


def service(name: str) -> Actor:
    """The registry itself at work: a timer, the worker, an automatic screen."""
    return Actor(person_id=None, roles=(Grant(Role.SERVICE),), service=name)


PUBLIC = Actor(person_id=None, roles=(Grant(Role.PUBLIC),))


class Action(StrEnum):
    """What people do that is no move of a case."""

    READ_CASE = "case.read"
    READ_OWN_CASE = "case.read_own"
    READ_LISTED = "listed.read"
    READ_RESTRICTION_FILE = "restriction.read"
    EXPORT_LIST = "listed.export"
    SCREEN_NAMES = "screening.look_up"
    DECIDE_MATCH = "screening.decide"
    IMPORT_RESTRICTED = "restriction.import"
    ANNOTATE = "audit.annotate"
    REFER_SUSPICION = "audit.refer"
    READ_AUDIT = "audit.read"
    DOWNLOAD_EVIDENCE = "audit.download"
    INVITE_PERSON = "account.invite"
    GRANT_ROLE = "account.grant"
    DISABLE_ACCOUNT = "account.disable"
    INVITE_COLLEAGUE = "account.invite_colleague"
    CHANGE_SETTING = "settings.change"
    EDIT_RULEBOOK = "rulebook.edit"
    PUBLISH_RULEBOOK = "rulebook.publish"
    IMPORT_REFERENCE = "reference.import"
    DECLARE_CONFLICT = "conflict.declare"
    KEEP_LOAN_BOOKS = "portfolio.keep"


_STAFF = frozenset(
    {
        Role.SCREENER,
        Role.ASSESSOR,
        Role.APPROVER,
        Role.VERIFIER,
        Role.RESTRICT_OFFICER,
        Role.RESTRICT_APPROVER,
        Role.ORG_VERIFIER,
        Role.APPEAL_PANEL,
        Role.FUND_MANAGER,
    }
)
_APPLICANT = frozenset({Role.EDITOR, Role.SIGNATORY})
_RESTRICT = frozenset({Role.RESTRICT_OFFICER, Role.RESTRICT_APPROVER})
_REVIEW = frozenset({Role.SCREENER, Role.ASSESSOR, Role.APPROVER, Role.APPEAL_PANEL})

ACTIONS: dict[Action, frozenset[Role]] = {
    Action.READ_CASE: _REVIEW | {Role.AUDITOR, Role.VERIFIER},
    Action.READ_OWN_CASE: _APPLICANT,
    Action.READ_LISTED: frozenset(Role),
    Action.READ_RESTRICTION_FILE: _RESTRICT | {Role.APPEAL_PANEL, Role.AUDITOR},
    Action.EXPORT_LIST: _REVIEW | {Role.FUND_MANAGER, Role.AUDITOR},
    Action.SCREEN_NAMES: _RESTRICT | {Role.SCREENER, Role.FUND_MANAGER},
    Action.DECIDE_MATCH: _RESTRICT | {Role.SCREENER},
    Action.IMPORT_RESTRICTED: frozenset({Role.RESTRICT_OFFICER}),
    Action.ANNOTATE: frozenset({Role.AUDITOR}),
    Action.REFER_SUSPICION: frozenset({Role.AUDITOR}),
    Action.READ_AUDIT: frozenset({Role.AUDITOR}),
    Action.DOWNLOAD_EVIDENCE: frozenset({Role.AUDITOR}),
    Action.INVITE_PERSON: frozenset({Role.ADMIN}),
    Action.GRANT_ROLE: frozenset({Role.ADMIN}),
    Action.DISABLE_ACCOUNT: frozenset({Role.ADMIN}),
    Action.INVITE_COLLEAGUE: frozenset({Role.SIGNATORY}),
    Action.CHANGE_SETTING: frozenset({Role.ADMIN}),
    Action.EDIT_RULEBOOK: frozenset({Role.RULE_EDITOR}),
    Action.PUBLISH_RULEBOOK: frozenset({Role.RULE_PUBLISHER}),
    Action.IMPORT_REFERENCE: frozenset({Role.RULE_EDITOR}),
    Action.DECLARE_CONFLICT: _STAFF,
    Action.KEEP_LOAN_BOOKS: frozenset({Role.FUND_MANAGER}),
}

READING = frozenset(
    {
        Action.READ_CASE,
        Action.READ_OWN_CASE,
        Action.READ_LISTED,
        Action.READ_RESTRICTION_FILE,
        Action.EXPORT_LIST,
        Action.SCREEN_NAMES,
        Action.READ_AUDIT,
        Action.DOWNLOAD_EVIDENCE,
    }
)
ADMIN_WRITES = frozenset(
    {
        Action.INVITE_PERSON,
        Action.GRANT_ROLE,
        Action.DISABLE_ACCOUNT,
        Action.CHANGE_SETTING,
    }
)
AUDITOR_WRITES = frozenset({Action.ANNOTATE, Action.REFER_SUSPICION})


def roles_on(actor: Actor, on: date) -> frozenset[Role]:
    """Every role that the actor holds anywhere on this day."""
    return frozenset(grant.role for grant in actor.roles if grant.holds_on(on))


def holds(actor: Actor, roles: Collection[Role], scope: Scope, on: date) -> Role | None:
    """The first of the actor's grants that gives one of these roles here on this day.

    What is open to the public is open to everybody, signed in or not, but not to a service.
    """
    for grant in actor.roles:
        if grant.role in roles and grant.holds_on(on) and grant.covers(scope):
            return grant.role
    return Role.PUBLIC if Role.PUBLIC in roles and not actor.service else None


def barred_from_deciding(actor: Actor, on: date) -> Role | None:
    """An admin decides nothing and an auditor only annotates, whatever else they were granted."""
    held = roles_on(actor, on)
    return next((role for role in (Role.ADMIN, Role.AUDITOR) if role in held), None)


def may(actor: Actor, action: Action, scope: Scope, on: date) -> bool:
    """Whether the actor may do this here on this day."""
    if action not in READING:
        held = roles_on(actor, on)
        if Role.ADMIN in held and action not in ADMIN_WRITES:
            return False
        if Role.AUDITOR in held and action not in AUDITOR_WRITES:
            return False
    return holds(actor, ACTIONS[action], scope, on) is not None
