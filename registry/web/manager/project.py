"""One listed project: its explained score, benefits, certificate, money and interest."""

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.models import Application
from registry.queries import certificate as certificates
from registry.queries import reserve
from registry.queries.assessment import ASSESSED, newest_assessment
from registry.rules.permissions import Role
from registry.web import edge, places
from registry.web.access import holds_one_of, opens_to
from registry.web.manager import blueprint
from registry.web.manager.financing import INSTRUMENTS
from registry.web.manager.listing import READERS
from registry.web.score_view import benefits_view, score_view


@blueprint.get("/<int:application_id>")
@opens_to(*READERS)
def project(application_id: int) -> ResponseReturnValue:
    """What a fund manager needs to decide: no applicant's trade secrets, no reviewer's name."""
    session = edge.reading()
    row = reserve.row_of(session, application_id)
    if row is None:
        abort(404)
    application = session.get_one(Application, application_id)
    assessment = newest_assessment(session, application, ASSESSED)
    is_fund = holds_one_of(frozenset({Role.FUND_MANAGER}))
    return render_template(
        "manager/project.html",
        row=row,
        application=application,
        score=score_view(assessment, is_public=True) if assessment is not None else None,
        benefits=benefits_view(assessment) if assessment is not None else [],
        class_name=places.class_name(row.catalogue_edition, row.catalogue_code),
        zone_name=places.zone_name(row.zone_id),
        province_name=places.province_name(row.province_code),
        kind_name=places.kind_name(row.kind),
        certificate=certificates.newest_of(session, application_id),
        financings=reserve.financings(session, application_id),
        interests=reserve.interests(session, application_id) if is_fund else [],
        instruments=INSTRUMENTS,
        may_finance=is_fund and row.state in reserve.LIVE_STATES,
        interest_url=url_for("manager.express_interest", application_id=application_id),
        finance_url=url_for("manager.record_financing", application_id=application_id),
    )
