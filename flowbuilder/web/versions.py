"""The versions of a flow: which there are, which is live where, each as a drawing or a file, and going back to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request

from flowbuilder.bundles import write_bundle
from flowbuilder.errors import FlowbuilderError, FlowHasErrors, NotFound
from flowbuilder.flow.model import dumps
from flowbuilder.store import PRODUCTION
from flowbuilder.web import current
from flowbuilder.web.comparing import side_of
from flowbuilder.web.deployed import deployment_of, deployments_of
from flowbuilder.web.drawing import draw
from flowbuilder.web.flow_uses import refuse_new_name
from flowbuilder.web.flows import download, file_name
from flowbuilder.web.going_live import Candidate, difference_to
from flowbuilder.web.opening import opening_views
from flowbuilder.web.people import author
from flowbuilder.web.publishing_steps import prepare_rollback
from flowbuilder.web.since import changes_for_caller
from flowbuilder.web.states import state_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from flowbuilder.flow.problems import Problem
    from flowbuilder.store import DeploymentRow
    from flowbuilder.web import Flowbuilder

versions = Blueprint("versions", __name__)

AT_ONCE = 100


@versions.get("/flows/<flow_id>/versions")
def page(flow_id: str) -> ResponseReturnValue:
    fb = current()
    row = fb.store.flows.get(flow_id)
    made = fb.store.versions.list(flow_id)
    live = {one.name: one for one in _live(fb, flow_id)}
    names = [one.name for one in fb.store.deployment_settings.list(flow_id)]
    numbers = {one.number for one in made}
    most = max(request.args.get("most", AT_ONCE, type=int), 1)
    return render_template(
        "versions/page.html",
        row=row,
        state=state_of(fb, row),
        made=made,
        shown=made[:most],
        most=most + AT_ONCE,
        removed=[number for number in range(1, made[0].number) if number not in numbers] if made else [],
        live=live,
        deployments=[*names, *sorted(live.keys() - set(names))],
        openings=opening_views(fb, flow_id),
        now=fb.clock(),
    )


@versions.get("/flows/<flow_id>/versions/<int:number>")
def version(flow_id: str, number: int) -> ResponseReturnValue:
    """One version to look at: its drawing and its file, neither of which can change."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    kept = fb.store.versions.get(flow_id, number)
    draft = fb.store.flows.load(flow_id, row.revision)
    return render_template(
        "versions/version.html",
        row=row,
        kept=kept,
        state=state_of(fb, row),
        live=_live(fb, flow_id),
        drawing=draw(kept.flow),
        file_text=dumps(kept.flow),
        same_as_draft=changes_for_caller(kept.flow, draft) == 0,
        now=fb.clock(),
    )


@versions.get("/flows/<flow_id>/versions/<int:number>/switch")
def ask_switch(flow_id: str, number: int) -> ResponseReturnValue:
    """What letting this version answer again would change, before it is done."""
    fb, deployment = current(), request.args.get("deployment", "") or PRODUCTION
    row = fb.store.flows.get(flow_id)
    side = side_of(fb, row, str(number))
    known = deployment_of(fb, flow_id, deployment)
    if known is None:
        raise NotFound(f"“{row.name}” is not live on {deployment}. Publish version {number} there instead.")
    errors, refusal = _why_not(fb, flow_id, number, deployment) if known.version != number else ([], "")
    return render_template(
        "versions/switch.html",
        row=row,
        number=number,
        deployment=deployment,
        known=known,
        live=_live(fb, flow_id),
        errors=errors,
        refusal=refusal,
        candidate=Candidate(side, None, [], difference_to(fb, row, deployment, side)),
        account=fb.accounts.view(known.account),
        now=fb.clock(),
    )


def _why_not(fb: Flowbuilder, flow_id: str, number: int, deployment: str) -> tuple[list[Problem], str]:
    """What keeps the version from going live today: its errors, or a sentence."""
    try:
        prepare_rollback(fb, flow_id, number, deployment)
    except FlowHasErrors as refusal:
        return list(refusal.problems), ""
    except FlowbuilderError as refusal:
        return [], str(refusal)
    return [], ""


@versions.post("/flows/<flow_id>/versions/<int:number>/restore")
def restore(flow_id: str, number: int) -> ResponseReturnValue:
    """Makes the draft equal to the version again, as an edit that can be undone; what is live stays."""
    store = current().store
    row = store.flows.get(flow_id)
    flow = store.versions.get(flow_id, number).flow
    refuse_new_name(current(), flow_id, flow.name)
    if dumps(flow) != dumps(store.flows.load(flow_id, row.revision)):
        store.flows.save(flow_id, row.revision, flow, f"Went back to version {number}", author())
    return redirect(f"/flows/{flow_id}/edit", 303)


@versions.get("/flows/<flow_id>/versions/<int:number>/file")
def version_file(flow_id: str, number: int) -> ResponseReturnValue:
    flow = current().store.versions.get(flow_id, number).flow
    return download(dumps(flow).encode(), f"{file_name(flow.name)}-v{number}.flow.json", "application/json")


@versions.get("/flows/<flow_id>/versions/<int:number>/bundle")
def version_bundle(flow_id: str, number: int) -> ResponseReturnValue:
    """The version as a bundle: flow, manifest and one XML document per node (contract section 8)."""
    flow = current().store.versions.get(flow_id, number).flow
    body = write_bundle(flow, base_url=_base_url(), flow_id=flow_id, version=str(number), with_runtime=True)
    return download(body, f"{file_name(flow.name)}-v{number}.zip", "application/zip")


@versions.get("/flows/<flow_id>/bundle")
def draft_bundle(flow_id: str) -> ResponseReturnValue:
    """The draft as a bundle, under the number that its next version would have."""
    fb = current()
    flow = fb.store.flows.load(flow_id)
    made = fb.store.versions.list(flow_id)
    version = str(made[0].number + 1 if made else 1)
    body = write_bundle(flow, base_url=_base_url(), flow_id=flow_id, version=version, with_runtime=True)
    return download(body, f"{file_name(flow.name)}.zip", "application/zip")


def _live(fb: Flowbuilder, flow_id: str) -> list[DeploymentRow]:
    """Where the flow is live: production first."""
    return sorted(deployments_of(fb, flow_id), key=lambda one: (one.name != PRODUCTION, one.name))


def _base_url() -> str:
    address = current().public_url
    if not address:
        raise FlowbuilderError("A bundle holds the public URL. Set it on the settings page, then export again.")
    return address
