"""For every address that names something: a sample of it, whose it is, and who else may not see it.

A new route with an argument has to be entered here; `test_walk_routes.py` says so until it is.
"""

from dataclasses import dataclass

from tests.web.walk_world import World

SHIPPED = "low-carbon@2026.1"
OWNERS = frozenset({"applicant.editor", "applicant.signatory"})


@dataclass(frozen=True)
class Sample:
    """`given` maps arguments to ids or texts of the world. `owned`: an organisation's own thing,
    which applicants of another organisation must not find. `parent`: the argument whose thing the
    others belong to; with another one's id there, nothing is found."""

    given: dict[str, str]
    owned: bool = False
    parent: str = ""
    other_parent: str = ""

    def values(self, world: World) -> dict[str, object]:
        known: dict[str, object] = {**world.ids, **world.texts}
        return {name: known.get(key, key) for name, key in self.given.items()}


def _case(key: str, **more: str) -> Sample:
    """An application of the owner, on its own desk."""
    return Sample({"application_id": key, **more}, owned=True)


def _file(key: str) -> Sample:
    """A case on a reviewer's desk."""
    return Sample({"application_id": key})


def _within(key: str, other: str, **more: str) -> Sample:
    """A thing inside a case, which is not found through another case."""
    return Sample({"application_id": key, **more}, parent="application_id", other_parent=other)


SAMPLES: dict[str, Sample] = {
    "static": Sample({"filename": "css/site.css"}),
    # account
    "account.organisation": Sample({"organisation_id": "owner"}, owned=True),
    "account.amend_organisation": Sample({"organisation_id": "owner"}, owned=True),
    "account.invite_colleague": Sample({"organisation_id": "owner"}, owned=True),
    "account.end_colleague": Sample(
        {"organisation_id": "owner", "membership_id": "membership"}, owned=True
    ),
    "account.open_link": Sample({"token": "link"}),
    "account.decline_link": Sample({"token": "link"}),
    "account.revoke_session": Sample({"session_id": "session"}, owned=True),
    # applicant
    "applicant.application": _case("draft"),
    "applicant.autosave_corrections": _case("returned"),
    "applicant.autosave_step": _case("draft", step_id="project"),
    "applicant.case_paper": _case("listed", paper_id="paper"),
    "applicant.certificate_openings": _case("listed"),
    "applicant.check_answers": _case("draft"),
    "applicant.check_score": _case("draft"),
    "applicant.choose_code": _case("draft", field="industry_code"),
    "applicant.clone_application": _case("rejected"),
    "applicant.corrections": _case("returned"),
    "applicant.evidence_file": Sample(
        {"application_id": "draft", "file_id": "file"},
        owned=True,
        parent="application_id",
        other_parent="returned",
    ),
    "applicant.file_appeal": _case("rejected"),
    "applicant.letter": _case("rejected"),
    "applicant.live_step_score": _case("draft", step_id="project"),
    "applicant.look_up": _case("draft", field="industry_code"),
    "applicant.receipt": _case("screening"),
    "applicant.save_corrections": _case("returned"),
    "applicant.save_step": _case("draft", step_id="project"),
    "applicant.sent_version": _case("screening", no="1"),
    "applicant.step": _case("draft", step_id="project"),
    "applicant.submit_application": _case("draft"),
    "applicant.suggest_codes": _case("draft", field="industry_code"),
    "applicant.withdraw_application": _case("screening"),
    # reviewer
    "reviewer.accept": _file("screening"),
    "reviewer.act_on_certificate": Sample(
        {"application_id": "listed", "event": "propose_revocation"}
    ),
    "reviewer.approve": _file("pending"),
    "reviewer.assign": _file("in_review"),
    "reviewer.case": _file("in_review"),
    "reviewer.decide_appeal": _file("appealed"),
    "reviewer.decide_objection": _within("notice", "pending", objection_id="objection"),
    "reviewer.evidence": _within("screening", "pending", file_id="sent_file"),
    "reviewer.confirm_hit": _within("screening", "pending", hit_id="hit"),
    "reviewer.find_ineligible": _file("screening"),
    "reviewer.hit": _within("screening", "pending", hit_id="hit"),
    "reviewer.letter": _within("rejected", "pending", decision_id="decision"),
    "reviewer.proof": _within("in_review", "pending", judgement_id="judgement"),
    "reviewer.recommend": _file("in_review"),
    "reviewer.reject": _file("pending"),
    "reviewer.release_stop": _within("screening", "pending", hit_id="hit"),
    "reviewer.decide_reissue": Sample({"reissue_id": "reissue", "act": "approve"}),
    "reviewer.reissue": Sample({"reissue_id": "reissue"}),
    "reviewer.reissue_progress": Sample({"reissue_id": "reissue"}),
    "reviewer.renew": _file("listed"),
    "reviewer.steer_issuing": Sample({"act": "pause"}),
    "reviewer.steer_reissue": Sample({"reissue_id": "reissue", "act": "pause"}),
    "reviewer.score": _file("in_review"),
    "reviewer.score_effect": _file("in_review"),
    "reviewer.send_back": _file("pending"),
    "reviewer.send_for_correction": _file("screening"),
    "reviewer.settle": _file("in_review"),
    # manager
    "manager.express_interest": _file("listed"),
    "manager.project": _file("listed"),
    "manager.record_financing": _file("listed"),
    # rules
    "rules.ask_impact": Sample({"key": "rulebook"}),
    "rules.check_again": Sample({"key": "rulebook"}),
    "rules.decide_reference": Sample({"import_id": "reference_import", "act": "put_in_force"}),
    "rules.dismiss_reference": Sample({"import_id": "reference_import"}),
    "rules.drop": Sample({"key": "rulebook"}),
    "rules.edit_file": Sample({"key": "rulebook", "name": "scores.toml"}),
    "rules.examples": Sample({"key": SHIPPED}),
    "rules.impact": Sample({"key": "rulebook"}),
    "rules.impact_progress": Sample({"key": "rulebook"}),
    "rules.impact_table": Sample({"key": "rulebook"}),
    "rules.propose": Sample({"key": "rulebook"}),
    "rules.publish": Sample({"key": "rulebook"}),
    "rules.raw_file": Sample({"key": SHIPPED, "name": "scores.toml"}),
    "rules.reference_file": Sample({"name": "grid_om_bm", "form": "csv"}),
    "rules.reference_import": Sample({"import_id": "reference_import"}),
    "rules.reference_table": Sample({"name": "grid_om_bm"}),
    "rules.reference_upload": Sample({"import_id": "reference_import"}),
    "rules.rule": Sample({"key": SHIPPED, "rule_id": "A1"}),
    "rules.rulebook": Sample({"key": SHIPPED}),
    "rules.scores": Sample({"application_id": "in_review"}),
    "rules.send_back": Sample({"key": "rulebook"}),
    "rules.source_file": Sample({"key": SHIPPED, "name": "scores.toml"}),
    "rules.upload_files": Sample({"key": "rulebook"}),
    "rules.withdraw": Sample({"key": "rulebook"}),
    # auditor
    "auditor.case": _file("listed"),
    "auditor.case_paper": Sample({"application_id": "listed", "paper_id": "paper"}),
    "auditor.certificate_evidence": Sample({"number": "certificate"}),
    "auditor.certificate_pdf": Sample({"number": "certificate"}),
    "auditor.event": Sample({"seq": "1"}),
    "auditor.evidence_file": Sample({"file_id": "sent_file"}),
    "auditor.number_range": Sample({"prefix": "GPC", "year": "year"}),
    # admin
    "admin.declare_conflict": Sample({"person_id": "person"}),
    "admin.disable_account": Sample({"person_id": "person"}),
    "admin.enable_account": Sample({"person_id": "person"}),
    "admin.end_conflict": Sample({"person_id": "person", "conflict_id": "conflict"}),
    "admin.end_membership": Sample({"person_id": "member", "membership_id": "membership"}),
    "admin.erase": Sample({"person_id": "person"}),
    "admin.grant_role": Sample({"person_id": "person"}),
    "admin.organisation": Sample({"organisation_id": "owner"}),
    "admin.person": Sample({"person_id": "person"}),
    "admin.place_in_group": Sample({"organisation_id": "owner"}),
    "admin.refuse_organisation": Sample({"organisation_id": "owner"}),
    "admin.revoke_role": Sample({"person_id": "person", "grant_id": "grant"}),
    "admin.send_link": Sample({"person_id": "person"}),
    "admin.verify_organisation": Sample({"organisation_id": "owner"}),
    # portfolio
    "portfolio.difference": Sample({"run_id": "loan_run"}),
    "portfolio.difference_table": Sample({"run_id": "loan_run"}),
    "portfolio.download": Sample({"run_id": "loan_run", "ending": "xlsx"}),
    "portfolio.faults": Sample({"run_id": "loan_run", "what": "marked"}),
    "portfolio.loan": Sample({"run_id": "loan_run", "row_no": "loan_row"}),
    "portfolio.loans": Sample({"run_id": "loan_run"}),
    "portfolio.map_columns": Sample({"run_id": "loan_brought"}),
    "portfolio.problems": Sample({"run_id": "loan_run"}),
    "portfolio.progress": Sample({"run_id": "loan_paused"}),
    "portfolio.run": Sample({"run_id": "loan_run"}),
    "portfolio.start_run": Sample({"run_id": "loan_ready"}),
    "portfolio.steer": Sample({"run_id": "loan_paused", "how": "pause"}),
    "portfolio.watch_borrowers": Sample({"run_id": "loan_run", "how": "watch"}),
    # public
    "api.certificate": Sample({"number": "certificate"}),
    "api.project": Sample({"list_number": "list_number"}),
    "api.questions": Sample({"kind": "renewable_power"}),
    "public.certificate_pdf": Sample({"number": "certificate", "token": "token"}),
    "public.certificate_status": Sample({"number": "certificate", "token": "token"}),
    "public.log_tile": Sample({"address": "0/000.p/1"}),
    "public.methodology_paper": Sample({"book_id": "low-carbon", "version": "2026.1"}),
    "public.rulebook_signature": Sample({"book_id": "low-carbon", "version": "2026.1"}),
    "public.methodology_version": Sample({"book_id": "low-carbon", "version": "2026.1"}),
    "public.object_to_listing": Sample({"number": "noticed"}),
    "public.published_schema": Sample({"name": "evidence-3.json"}),
    "public.project": Sample({"list_number": "list_number"}),
    "public.rulebook_file": Sample(
        {"book_id": "low-carbon", "version": "2026.1", "name": "rulebook.toml"}
    ),
    # restriction
    "restriction.act": Sample({"entry_id": "entry", "move": "lift"}),
    "restriction.bulk_act": Sample({"import_id": "entry_import", "act": "notify"}),
    "restriction.bulk_progress": Sample({"bulk_id": "bulk"}),
    "restriction.confirm_basis": Sample({"ground": "false_statement"}),
    "restriction.confirm_match": Sample({"match_id": "match"}),
    "restriction.enter_basis": Sample({"ground": "false_statement"}),
    "restriction.entry": Sample({"entry_id": "entry"}),
    "restriction.entry_import": Sample({"import_id": "entry_import"}),
    "restriction.entry_import_progress": Sample({"import_id": "entry_import"}),
    "restriction.evidence": Sample({"entry_id": "entry"}),
    "restriction.export": Sample({"ending": "csv"}),
    "restriction.file_appeal": Sample({"token": "entry_token"}),
    "restriction.file_repair": Sample({"token": "entry_token"}),
    "restriction.import_mistakes": Sample({"import_id": "entry_import"}),
    "restriction.looked_up": Sample({"look_up_id": "look_up"}),
    "restriction.looked_up_csv": Sample({"look_up_id": "look_up"}),
    "restriction.looked_up_proof": Sample({"look_up_id": "look_up"}),
    "restriction.looked_up_xlsx": Sample({"look_up_id": "look_up"}),
    "restriction.make_statement": Sample({"token": "entry_token"}),
    "restriction.match": Sample({"match_id": "match"}),
    "restriction.notice": Sample({"entry_id": "entry"}),
    "restriction.statement_file": Sample({"entry_id": "entry", "statement_id": "statement"}),
    "restriction.steer_bulk": Sample({"bulk_id": "bulk", "act": "pause"}),
    "restriction.steer_import": Sample({"import_id": "entry_import", "act": "start"}),
    "restriction.decide_policy": Sample({"policy_id": "policy", "act": "drop"}),
    "restriction.policy": Sample({"policy_id": "policy"}),
    "restriction.watched_list": Sample({"list_id": "watched"}),
    "restriction.watched_progress": Sample({"list_id": "watched"}),
    "restriction.end_watch": Sample({"list_id": "watched"}),
    "restriction.watched_hit": Sample({"hit_id": "watched_hit"}),
    "restriction.subject": Sample({"token": "entry_token"}),
    "restriction.subject_evidence": Sample({"token": "entry_token"}),
}
