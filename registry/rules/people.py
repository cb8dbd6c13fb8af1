"""The rules on accounts: what a password must be, who may hold which role, and why not."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

from .permissions import Grant, Role, ScopeKind

PASSWORD_SHORTEST: Final = 12
PASSWORD_LONGEST: Final = 200  # argon2 takes any length; an unbounded one is a way to tire us


class AccountRefusal(StrEnum):
    """Why something about an account or an organisation is not done. Words: `words.people`."""

    NOT_ALLOWED = "not_allowed"
    SIGN_IN_FAILED = "sign_in_failed"
    LINK_UNUSABLE = "link_unusable"
    EMAIL_INVALID = "email_invalid"
    NAME_MISSING = "name_missing"
    PASSWORD_WRONG = "password_wrong"  # noqa: S105
    PASSWORD_SHORT = "password_short"  # noqa: S105
    PASSWORD_LONG = "password_long"  # noqa: S105
    PASSWORD_SIMPLE = "password_simple"  # noqa: S105
    ACCOUNT_EXISTS = "account_exists"
    ACCOUNT_ERASED = "account_erased"
    ROLE_NOT_GRANTABLE = "role_not_grantable"
    ROLE_TO_ONESELF = "role_to_oneself"
    ROLE_EXCLUDES_OTHERS = "role_excludes_others"
    ROLE_HELD_ALREADY = "role_held_already"
    SCOPE_UNFIT = "scope_unfit"
    SCOPE_UNKNOWN = "scope_unknown"
    DAYS_REVERSED = "days_reversed"
    DAY_PAST = "day_past"
    REASON_MISSING = "reason_missing"
    ORGANISATION_UNKNOWN = "organisation_unknown"
    ORGANISATION_INVALID = "organisation_invalid"
    ORGANISATION_TAKEN = "organisation_taken"
    ORGANISATION_CHANGED = "organisation_changed"
    ORGANISATION_DECIDED = "organisation_decided"
    OWN_ORGANISATION = "own_organisation"
    CONFLICT_DECLARED = "conflict_declared"
    MEMBER_ALREADY = "member_already"
    LAST_SIGNATORY = "last_signatory"
    LAST_ADMIN = "last_admin"
    ONESELF = "oneself"
    NOT_CONFIRMED = "not_confirmed"


class AccountRefused(Exception):
    """A refusal with its code, and the field of the form that it belongs to, if any."""

    def __init__(self, code: AccountRefusal, field: str = "", **details: Any) -> None:
        super().__init__(f"{code} {field}".strip())
        self.code = code
        self.field = field
        self.details = details


NOT_GRANTABLE: Final = frozenset({Role.SERVICE, Role.PUBLIC})
EXCLUSIVE: Final = frozenset({Role.ADMIN, Role.AUDITOR})
"""Who holds one of these decides nothing, so that any other role beside it would be empty."""

APPLICANT: Final = frozenset({Role.EDITOR, Role.SIGNATORY})
_EVERYWHERE_ONLY: Final = EXCLUSIVE | {Role.RULE_EDITOR, Role.RULE_PUBLISHER, Role.ORG_VERIFIER}


def scopes_of(role: Role) -> frozenset[ScopeKind]:
    """Where a role may be granted: an applicant acts for one organisation, an admin everywhere."""
    if role in APPLICANT:
        return frozenset({ScopeKind.ORGANISATION})
    if role in _EVERYWHERE_ONLY:
        return frozenset({ScopeKind.EVERYWHERE})
    if role is Role.FUND_MANAGER:
        return frozenset({ScopeKind.FUND, ScopeKind.ZONE, ScopeKind.EVERYWHERE})
    return frozenset({ScopeKind.ZONE, ScopeKind.EVERYWHERE})


def _overlap(one: Grant, other: Grant) -> bool:
    return (other.to_day is None or one.from_day <= other.to_day) and (
        one.to_day is None or other.from_day <= one.to_day
    )


def check_grant(wanted: Grant, held: Collection[Grant], today: date) -> None:
    """Raises where a grant would be empty, reach into the past, or double one that is there."""
    if wanted.role in NOT_GRANTABLE:
        raise AccountRefused(AccountRefusal.ROLE_NOT_GRANTABLE, "role")
    if wanted.scope_kind not in scopes_of(wanted.role):
        raise AccountRefused(AccountRefusal.SCOPE_UNFIT, "scope_kind")
    check_days(wanted.from_day, wanted.to_day, today)
    for other in held:
        if not _overlap(wanted, other):
            continue
        if wanted.role != other.role and EXCLUSIVE & {wanted.role, other.role}:
            raise AccountRefused(AccountRefusal.ROLE_EXCLUDES_OTHERS, "role")
        same = (wanted.role, wanted.scope_kind, wanted.scope_id)
        if same == (other.role, other.scope_kind, other.scope_id):
            raise AccountRefused(AccountRefusal.ROLE_HELD_ALREADY, "role")


def check_days(from_day: date, to_day: date | None, today: date) -> None:
    """Nothing is granted or declared for a time that is over: the record would be rewritten."""
    if from_day < today:
        raise AccountRefused(AccountRefusal.DAY_PAST, "from_day")
    if to_day is not None and to_day < from_day:
        raise AccountRefused(AccountRefusal.DAYS_REVERSED, "to_day")


def check_password(password: str, *, email: str, name: str) -> None:
    """Length counts most; a password may not be the person's own data or one sign repeated."""
    if len(password) < PASSWORD_SHORTEST:
        raise AccountRefused(AccountRefusal.PASSWORD_SHORT, "password", least=PASSWORD_SHORTEST)
    if len(password) > PASSWORD_LONGEST:
        raise AccountRefused(AccountRefusal.PASSWORD_LONG, "password", most=PASSWORD_LONGEST)
    plain = password.casefold()
    own = {email.casefold(), email.casefold().partition("@")[0], name.casefold()}
    if len(set(plain)) < 5 or plain in own or _is_run(plain):
        raise AccountRefused(AccountRefusal.PASSWORD_SIMPLE, "password")


def _is_run(text: str) -> bool:
    """One step repeated, as in 123456789012 or abcdefghijkl."""
    steps = {(ord(after) - ord(before)) % 10 for before, after in pairwise(text)}
    return len(steps) == 1


def day_before(day: date) -> date:
    return day - timedelta(days=1)
