"""Over random histories with random persons: no illegal move, no self-approval, and the rest."""

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant

from registry.rules.lifecycle import (
    APPLICATION,
    CERTIFICATE,
    ORGANISATION,
    RESTRICTION,
    Actor,
    Effect,
    Facts,
    Role,
    Stop,
)
from tests.rules.histories import Entry, Histories, table

QUICK = settings(
    max_examples=40,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


class Applications(Histories):
    cycle = APPLICATION
    endings = frozenset(
        ["withdraw", "lapse", "ineligible", "reject", "expire", "delist", "complete"]
    )
    roles = [  # noqa: RUF012
        Role.EDITOR, Role.SIGNATORY, Role.SCREENER, Role.ASSESSOR, Role.APPROVER,
        Role.FUND_MANAGER, Role.VERIFIER, Role.APPEAL_PANEL,
    ]  # fmt: skip
    lucky = {  # noqa: RUF012
        "organisation_known": True, "organisation_verified": True, "complete": True,
        "files_digested": True, "findings": 1, "screened": True, "scores_missing": 0,
        "verdict_is_green": True, "restricted": False, "share_after_bp": 4000,
        "report_verified": True, "verified_finally": True,
        "due_day": date(2026, 2, 1), "appeal_end": date.max,
        "valid_until": date(2026, 2, 1),
    }  # fmt: skip
    unlucky = {  # noqa: RUF012
        "organisation_known": False, "organisation_verified": False, "complete": False,
        "files_digested": False, "findings": 0, "findings_open": 2, "rounds": 3, "screened": False,
        "undecided_hits": 1, "unsettled_gates": ("G-ELIM",), "scores_missing": 1,
        "verdict_is_green": False, "notice_days": 7, "restricted": True, "share_after_bp": 10_001,
        "objections_open": 1, "suspension_grounds": ("permit_lapsed",), "report_verified": False,
        "verified_finally": False, "due_day": None, "notice_end": date.max,
        "appeal_end": date(2026, 2, 1), "appealed": True, "valid_until": date.max,
    }  # fmt: skip
    legal = table("""
        -: start -> DRAFT
        DRAFT RETURNED: edit -> stays
        DRAFT: submit -> SUBMITTED
        DRAFT SUBMITTED SCREENING RETURNED IN_REVIEW PENDING_APPROVAL: withdraw -> WITHDRAWN
        SUBMITTED: screen -> SCREENING
        SCREENING IN_REVIEW: decide_hit -> stays
        SCREENING IN_REVIEW: stop -> stays
        SCREENING IN_REVIEW: release_stop -> stays
        SCREENING IN_REVIEW: settle_gate -> stays
        SCREENING: ineligible -> INELIGIBLE
        SCREENING IN_REVIEW: return -> RETURNED
        RETURNED: resubmit -> SCREENING IN_REVIEW
        RETURNED: lapse -> LAPSED
        SCREENING: accept -> IN_REVIEW
        IN_REVIEW: assign -> stays
        IN_REVIEW: score -> stays
        IN_REVIEW: recommend -> PENDING_APPROVAL
        PENDING_APPROVAL: approve -> NOTICE RESERVE
        PENDING_APPROVAL: send_back -> IN_REVIEW
        PENDING_APPROVAL: reject -> REJECTED
        NOTICE: object -> stays
        NOTICE: dismiss_objection -> stays
        NOTICE: uphold_objection -> IN_REVIEW
        NOTICE: enter -> RESERVE
        REJECTED INELIGIBLE: appeal -> UNDER_APPEAL
        UNDER_APPEAL: let_stand -> REJECTED INELIGIBLE
        UNDER_APPEAL: overturn -> IN_REVIEW
        RESERVE FINANCED MONITORED: express_interest -> stays
        RESERVE: finance -> FINANCED
        FINANCED MONITORED: finance -> stays
        FINANCED: monitor -> MONITORED
        FINANCED MONITORED: report -> stays
        FINANCED MONITORED: verify -> stays
        FINANCED MONITORED: confirm_report -> stays
        RESERVE FINANCED MONITORED: renew -> stays
        RESERVE FINANCED MONITORED: suspend -> SUSPENDED
        SUSPENDED: reinstate -> RESERVE FINANCED MONITORED
        RESERVE: expire -> EXPIRED
        RESERVE FINANCED MONITORED SUSPENDED: propose_delisting -> stays
        RESERVE FINANCED MONITORED SUSPENDED: delist -> DELISTED
        RESERVE FINANCED MONITORED: complete -> COMPLETED
    """)
    STAFF = frozenset(
        [
            "decide_hit",
            "stop",
            "release_stop",
            "settle_gate",
            "ineligible",
            "return",
            "accept",
            "score",
            "recommend",
            "approve",
            "send_back",
            "reject",
            "dismiss_objection",
            "uphold_objection",
            "let_stand",
            "overturn",
            "verify",
            "confirm_report",
            "renew",
            "suspend",
            "reinstate",
            "propose_delisting",
            "delist",
            "complete",
        ]
    )
    PREPARED = ("start", "edit", "submit", "resubmit", "report", "appeal", "object")

    def __init__(self) -> None:
        super().__init__()
        self.stops: list[Stop] = []
        self.interrupted: str | None = None

    def begin_anew(self) -> None:
        super().begin_anew()
        self.stops = []
        self.interrupted = None

    def known(self, actor: Actor, day: date) -> dict[str, Any]:
        assessors = {a.person_id for a in self.people if a.person_id}
        colleague = next(a for a in self.people if any(g.role is Role.ASSESSOR for g in a.roles))
        return {
            "stops": tuple(self.stops),
            "notice_days": 7 if len(self.log) % 2 else 0,
            "objections_open": sum(
                {"object": 1, "dismiss_objection": -1}.get(entry.event, 0) for entry in self.log
            ),
            "notice_end": day - timedelta(days=1) if len(self.log) % 3 else day,
            "assessor_ids": frozenset(assessors),
            "lead_assessor_id": actor.person_id,
            "assignee": colleague,
        }

    def after(self, entry: Entry) -> None:
        if entry.event == "stop":
            self.stops.append(Stop(f"hit:{len(self.stops)}", entry.person))
        if entry.event == "release_stop" and entry.person:
            self.stops = [
                Stop(stop.code, stop.decided_by, stop.released_by | {entry.person})
                for stop in self.stops
            ]
        if entry.after in ("RETURNED", "UNDER_APPEAL", "SUSPENDED") != entry.before:
            self.interrupted = entry.before if entry.before != entry.after else self.interrupted

    def judge(self, entry: Entry, facts: Facts) -> None:
        super().judge(entry, facts)
        if entry.event in self.STAFF and not entry.actor.service:
            self.judge_conflicts(entry)
        if entry.event in ("approve", "reject", "send_back", "uphold_objection", "renew"):
            self.judge_four_eyes(entry)
        if entry.event in ("let_stand", "overturn"):
            assert entry.person not in self.did(*{e.event for e in self.log})
        if entry.event == "accept":
            for stop in self.stops:
                assert len(stop.released_by - {stop.decided_by}) >= 2
        if entry.event == "reinstate":
            last = next(e for e in reversed(self.log) if e.event == "suspend")
            assert last.person is None or last.person != entry.person
        if entry.event == "delist":
            assert self.did("propose_delisting") - {entry.person}
            assert entry.person not in self.did("propose_delisting")
        if entry.event in ("resubmit", "let_stand", "reinstate"):
            assert entry.after == self.interrupted
        if Effect.ISSUE_CERTIFICATE in entry.step.effects:
            self.judge_listing(entry)

    def judge_conflicts(self, entry: Entry) -> None:
        assert 5 not in entry.actor.organisation_ids
        assert 77 not in entry.actor.group_ids
        assert entry.person not in self.did(*self.PREPARED)
        for declared in self.conflicts:
            assert declared.person_id != entry.person or entry.on < declared.from_day

    def judge_four_eyes(self, entry: Entry) -> None:
        assert entry.person not in self.did(*self.PREPARED)
        assert entry.person not in self.did("decide_hit", "stop", "release_stop", "accept")
        assert entry.person not in self.did("score", "recommend", "return", "settle_gate")

    def judge_listing(self, entry: Entry) -> None:
        """Entering needs a person's approval after the last recommendation, and a green verdict."""
        events = [e.event for e in [*self.log, entry]]
        last = len(events) - 1 - events[::-1].index("recommend")
        assert "approve" in events[last:]
        decided = [e for e in [*self.log, entry] if e.event == "approve"][-1]
        assert decided.person is not None and decided.step.role is Role.APPROVER

    @invariant()
    def a_listed_project_was_approved(self) -> None:
        if self.state in ("RESERVE", "FINANCED", "MONITORED", "SUSPENDED"):
            assert self.did("approve")


class Restrictions(Histories):
    cycle = RESTRICTION
    endings = frozenset(["dismiss", "annul", "lift", "expire"])
    roles = [  # noqa: RUF012
        Role.RESTRICT_OFFICER, Role.RESTRICT_APPROVER, Role.FUND_MANAGER, Role.APPEAL_PANEL,
        Role.RESTRICT_APPROVER,
    ]  # fmt: skip
    lucky = {  # noqa: RUF012
        "subject_identified": True, "ground_known": True, "end_within_ground": True,
        "emergency": True, "actor_is_subject": True,
        "repair_filed": True, "minimum_until": date(2026, 2, 1), "appeal_end": date.max,
        "valid_until": date(2026, 2, 1),
    }  # fmt: skip
    unlucky = {  # noqa: RUF012
        "subject_identified": False, "ground_known": False, "end_within_ground": False,
        "emergency": False, "statement_end": date.max, "actor_is_subject": False,
        "mirrored": True, "repair_filed": False, "minimum_until": date.max,
        "appeal_end": date(2026, 2, 1), "appealed": True, "valid_until": date.max,
    }  # fmt: skip
    legal = table("""
        -: propose -> PROPOSED
        PROPOSED: amend -> stays
        PROPOSED NOTICED: dismiss -> DISMISSED
        PROPOSED: notify -> NOTICED
        NOTICED: answer -> stays
        NOTICED: enter -> IN_FORCE
        PROPOSED: call_emergency -> stays
        PROPOSED: enter_provisionally -> IN_FORCE
        IN_FORCE: notify -> stays
        IN_FORCE: answer -> stays
        IN_FORCE: confirm -> stays
        IN_FORCE: appeal -> UNDER_APPEAL
        UNDER_APPEAL: uphold -> IN_FORCE
        UNDER_APPEAL: vary -> IN_FORCE
        UNDER_APPEAL: annul -> ANNULLED
        IN_FORCE: repair -> stays
        IN_FORCE: refuse_repair -> stays
        IN_FORCE: lift -> LIFTED
        IN_FORCE UNDER_APPEAL: expire -> EXPIRED
    """)
    DECIDING = frozenset(
        ["dismiss", "enter", "call_emergency", "enter_provisionally", "confirm", "lift"]
    )

    def known(self, actor: Actor, day: date) -> dict[str, Any]:
        events = [entry.event for entry in self.log]
        return {
            "provisional": "enter_provisionally" in events and "confirm" not in events,
            "noticed": "notify" in events,
            "statement_end": day - timedelta(days=1) if len(events) % 2 else day,
        }

    def judge(self, entry: Entry, facts: Facts) -> None:
        super().judge(entry, facts)
        if entry.event in self.DECIDING:
            assert entry.person is not None
            assert entry.person not in self.did("propose", "amend")
            assert 5 not in entry.actor.organisation_ids
        if entry.event == "enter_provisionally":
            assert self.did("call_emergency") - {entry.person}
            assert entry.person not in self.did("call_emergency")
        if entry.event in ("uphold", "vary", "annul"):
            assert entry.person not in self.did(*{e.event for e in self.log if e.person})
        if entry.event == "enter":
            assert any(e.event == "notify" for e in self.log)
            assert facts.statement_end is not None and entry.on > facts.statement_end
        if entry.after == "IN_FORCE" and entry.before in ("PROPOSED", "NOTICED"):
            assert facts.ground_known or entry.event == "enter_provisionally"

    @invariant()
    def nobody_stands_on_the_list_without_notice_or_two_approvers(self) -> None:
        if self.state in ("IN_FORCE", "UNDER_APPEAL"):
            noticed = any(entry.event == "notify" for entry in self.log)
            two = self.did("call_emergency") | self.did("enter_provisionally")
            assert noticed or len(two) >= 2


class Certificates(Histories):
    cycle = CERTIFICATE
    endings = frozenset(["void", "renew", "amend", "revoke", "expire"])
    roles = [Role.APPROVER, Role.SCREENER, Role.ASSESSOR]  # noqa: RUF012
    lucky = {"decision_approved": True, "valid_until": date(2026, 2, 1)}  # noqa: RUF012
    unlucky = {  # noqa: RUF012
        "decision_approved": False, "valid_until": date.max, "suspension_grounds": ("overdue",),
    }  # fmt: skip
    legal = table("""
        -: allot -> ALLOTTED
        - ALLOTTED: issue -> ISSUED
        ALLOTTED: void -> VOID
        ISSUED: suspend -> SUSPENDED
        SUSPENDED: reinstate -> ISSUED
        ISSUED: renew -> RENEWED
        ISSUED SUSPENDED: propose_amendment -> stays
        ISSUED SUSPENDED: amend -> SUPERSEDED
        ISSUED SUSPENDED: propose_revocation -> stays
        ISSUED SUSPENDED: revoke -> REVOKED
        ISSUED SUSPENDED: expire -> EXPIRED
    """)

    def judge(self, entry: Entry, facts: Facts) -> None:
        super().judge(entry, facts)
        if entry.event in ("allot", "issue", "renew", "amend"):
            assert facts.decision_approved
        if entry.event in ("revoke", "amend"):
            proposed = self.did("propose_revocation", "propose_amendment")
            assert proposed and entry.person not in proposed
        if entry.person:
            assert 5 not in entry.actor.organisation_ids
        if entry.event == "reinstate" and entry.person:
            last = next(e for e in reversed(self.log) if e.event == "suspend")
            assert last.person != entry.person


class Organisations(Histories):
    cycle = ORGANISATION
    endings = frozenset(["close"])
    roles = [Role.EDITOR, Role.SIGNATORY, Role.ORG_VERIFIER]  # noqa: RUF012
    lucky = {}  # noqa: RUF012
    unlucky = {"complete": False}  # noqa: RUF012
    legal = table("""
        -: register -> PENDING
        PENDING REFUSED: edit -> stays
        PENDING: verify -> VERIFIED
        PENDING: refuse -> REFUSED
        REFUSED: resubmit -> PENDING
        VERIFIED: change -> PENDING
        PENDING VERIFIED REFUSED: close -> CLOSED
    """)

    def judge(self, entry: Entry, facts: Facts) -> None:
        super().judge(entry, facts)
        if entry.event in ("verify", "refuse", "close"):
            assert 5 not in entry.actor.organisation_ids
            assert entry.person not in self.did("register", "edit", "resubmit", "change")


TestApplications = Applications.TestCase
TestApplications.settings = settings(QUICK, max_examples=100, stateful_step_count=30)
TestRestrictions = Restrictions.TestCase
TestRestrictions.settings = QUICK
TestCertificates = Certificates.TestCase
TestCertificates.settings = QUICK
TestOrganisations = Organisations.TestCase
TestOrganisations.settings = settings(QUICK, max_examples=20)
