"""Publishing what has changed without leaving the drawing: where nothing but the version would be another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request, url_for

from flowbuilder.errors import FlowbuilderError
from flowbuilder.store import PRODUCTION
from flowbuilder.web import current
from flowbuilder.web.deployed import deployment_of
from flowbuilder.web.drafts import head_of, live_of
from flowbuilder.web.going_live import candidate_for, gate_of
from flowbuilder.web.publishing_steps import Prepared, Target, prepare

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from flowbuilder.web import Flowbuilder

quick_publishing = Blueprint("quick_publishing", __name__)


@quick_publishing.get("/flows/<flow_id>/publish/quick")
def ask(flow_id: str) -> ResponseReturnValue:
    """The plan in short, for a dialog; where more has to be looked at, the way to the publish page."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    prepared = _prepared(fb, flow_id)
    if prepared is None:
        page = url_for("publishing.page", flow_id=flow_id)
        if "HX-Request" in request.headers:
            return Response(status=204, headers={"HX-Redirect": page})
        return Response(status=303, headers={"Location": page})
    return render_template(
        "publishing/_quick.html",
        row=row,
        prepared=prepared,
        numbers=[f"+{one.number}" for one in prepared.plan.numbers],
        candidate=candidate_for(fb, row, PRODUCTION, None, gate_of(fb, row)),
    )


@quick_publishing.get("/flows/<flow_id>/live")
def live(flow_id: str) -> ResponseReturnValue:
    """What callers get now, for the editor's bar."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    return render_template("editor/_live.html", row=row, draft=head_of(fb, row), live=live_of(fb, row))


def _prepared(fb: Flowbuilder, flow_id: str) -> Prepared | None:
    """What publishing would do; None while nothing is live, a review is asked for, or a number or endpoint moves."""
    known = deployment_of(fb, flow_id)
    if known is None or fb.store.reviews.is_required(flow_id):
        return None
    numbers = [str(entry["number"]) for entry in known.numbers]
    endpoints = [str(entry["endpoint_id"]) for entry in known.endpoints]
    try:
        prepared = prepare(fb, flow_id, Target(numbers=numbers, endpoints=endpoints, release_others=True))
    except FlowbuilderError:
        # The page says why, and what to do.
        return None
    return prepared if all(move.action == "keep" for move in prepared.plan.moves) else None
