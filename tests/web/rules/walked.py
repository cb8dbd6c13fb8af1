"""What the rules desk needs in the small registry that the walk over all addresses walks in."""

from datetime import UTC, datetime

from registry.jobs.rulebooks import print_methodology, sign_shipped, try_impacts
from registry.operations import reference, rulebook, rulebook_impact
from registry.queries.account import actor_of
from registry.reference.importing import export, shipped_rows
from registry.rules.calendar import legal_date
from registry.rules.permissions import Role
from tests.rulebooks import named, shipped


def build_rules(database, settings, walkers, ids):
    """A version that waits for its publisher, an import that waits for its own, the shipped ones
    signed and printed."""
    now = datetime.now(UTC)
    with database.write() as session:
        editor = actor_of(session, walkers[Role.RULE_EDITOR].id, on=legal_date(now))
        row = rulebook.import_draft(
            session, files=named(shipped(), "2099.1"), note="", by=editor, now=now
        )
        rulebook_impact.ask_impact(session, version_id=row.id, by=editor, now=now)
        ids["rulebook"] = row.id
        made = reference.import_rows(
            session,
            kind="grid_om_bm",
            filename="x.csv",
            content=export("grid_om_bm", shipped_rows("grid_om_bm"), "csv"),
            note="",
            by=editor,
            now=now,
        )
        ids["reference_import"] = made.id
    try_impacts(database, settings, now)
    sign_shipped(database, settings, now)
    print_methodology(database, settings, now)
