"""The screen of drift: what somebody has changed in the account since, and the two ways to deal with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from flowbuilder.store import PRODUCTION
from flowbuilder.web import current
from flowbuilder.web.drifting import accept_all, look, plan_back, take_all_back
from flowbuilder.web.people import author
from flowbuilder.web.publishing import RUNS
from flowbuilder.web.wording import plural

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from flowbuilder.publishing.drift import Drift

drift = Blueprint("drift", __name__)


@drift.app_template_global()
def drifts_of(flow_id: str) -> dict[str, list[Drift]]:
    """What the last look found changed, by deployment."""
    return current().drifts.of_flow(flow_id)


@drift.get("/flows/<flow_id>/drift")
def page(flow_id: str) -> ResponseReturnValue:
    """Looks now, and shows what would take it back."""
    fb, deployment = current(), _deployment()
    row = fb.store.flows.get(flow_id)
    found = look(fb, flow_id, deployment)
    plan = plan_back(fb, flow_id, deployment)[1] if found.drifts else None
    return render_template("publishing/drift.html", row=row, deployment=deployment, found=found, plan=plan)


@drift.post("/flows/<flow_id>/drift/take-back")
def start_taking_back(flow_id: str) -> ResponseReturnValue:
    """Sets everything up again as it was published; the run's page shows each step."""
    events = take_all_back(current(), flow_id, _deployment(), author())
    run = RUNS.start(flow_id, "publish", events, _deployment())
    return redirect(url_for("publishing.run", flow_id=flow_id, key=run.key), 303)


@drift.post("/flows/<flow_id>/drift/accept")
def accept(flow_id: str) -> ResponseReturnValue:
    """Takes the account as it is."""
    accepted = accept_all(current(), flow_id, _deployment())
    flash(f"{plural(len(accepted), 'change')} accepted. The account stays as it is.", "ok")
    return redirect(url_for("publishing.page", flow_id=flow_id, deployment=request.form.get("deployment")), 303)


def _deployment() -> str:
    return request.values.get("deployment", "") or PRODUCTION
