"""The versions of a flow: which there are, which is live where, each as a drawing, a file or a bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template

from flowbuilder.bundles import write_bundle
from flowbuilder.errors import FlowbuilderError
from flowbuilder.flow.model import dumps
from flowbuilder.web import current
from flowbuilder.web.drawing import draw
from flowbuilder.web.flow_uses import refuse_new_name
from flowbuilder.web.flows import download, file_name
from flowbuilder.web.opening import opening_views
from flowbuilder.web.people import author
from flowbuilder.web.since import changes_for_caller
from flowbuilder.web.states import state_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

versions = Blueprint("versions", __name__)


@versions.get("/flows/<flow_id>/versions")
def page(flow_id: str) -> ResponseReturnValue:
    fb = current()
    row = fb.store.flows.get(flow_id)
    return render_template(
        "versions/page.html",
        row=row,
        state=state_of(fb, row),
        made=fb.store.versions.list(flow_id),
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
        drawing=draw(kept.flow),
        file_text=dumps(kept.flow),
        same_as_draft=changes_for_caller(kept.flow, draft) == 0,
        now=fb.clock(),
    )


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


def _base_url() -> str:
    address = current().public_url
    if not address:
        raise FlowbuilderError("A bundle holds the public URL. Set it on the settings page, then export again.")
    return address
