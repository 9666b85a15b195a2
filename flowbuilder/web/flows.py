"""The home page: flows as cards; a new flow from a template, from nothing or from a file."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, Response, redirect, render_template, request, url_for

from flowbuilder.errors import FlowbuilderError, FlowFileError
from flowbuilder.flow.model import dumps
from flowbuilder.store import PRODUCTION
from flowbuilder.web import current, uploads, wording
from flowbuilder.web.deployed import deployments_of
from flowbuilder.web.flow_uses import refuse_if_used, refuse_new_name
from flowbuilder.web.gallery import gallery, start_flow
from flowbuilder.web.people import author
from flowbuilder.web.saving import save_edit
from flowbuilder.web.states import FlowState, state_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from flowbuilder.flow.model import Flow

flows = Blueprint("flows", __name__)


@flows.get("/")
def home() -> ResponseReturnValue:
    """The cards, newest edit first; `q` leaves those whose name, description or number holds it."""
    fb = current()
    states = [state_of(fb, row) for row in fb.store.flows.list()]
    states.sort(key=lambda state: wording.as_utc(state.edited_at), reverse=True)
    wanted = request.args.get("q", "").strip()
    found = [state for state in states if _matches(state, wanted)]
    return render_template(
        "home/home.html",
        states=found,
        any_flows=bool(states),
        wanted=wanted,
        now=fb.clock(),
        gallery=gallery(),
        uses_sandbox=fb.settings.uses_sandbox,
    )


@flows.get("/new")
def new() -> ResponseReturnValue:
    """What a new flow can start from; `q` leaves the templates that match its words."""
    wanted = request.args.get("q", "").strip()
    return render_template("home/new.html", gallery=gallery(wanted), wanted_template=wanted)


@flows.post("/flows")
def create() -> ResponseReturnValue:
    """Makes a flow from the template named in the form, then opens it."""
    key = request.form.get("template", "blank")
    flow = start_flow(key)
    return _open_new(flow, "Started blank" if key == "blank" else f"Started from {flow.name}")


@flows.post("/flows/import")
def import_file() -> ResponseReturnValue:
    """Opens a flow file or a bundle as a new flow. A file that cannot be read is a sentence, and changes nothing."""
    try:
        flow, file_name = uploads.read_upload(request.files.get("file"))
        return _open_new(flow, f"Opened {file_name}")
    except FlowFileError as error:
        if "HX-Request" in request.headers:
            return render_template("home/_import_refused.html", sentence=str(error)), 422
        return render_template("home/new.html", gallery=gallery(), refused=str(error)), 422


@flows.get("/flows/<flow_id>/file")
def flow_file(flow_id: str) -> ResponseReturnValue:
    """The draft as a flow file."""
    flow = current().store.flows.load(flow_id)
    return download(dumps(flow).encode(), f"{file_name(flow.name)}.flow.json", "application/json")


@flows.post("/flows/<flow_id>/duplicate")
def duplicate(flow_id: str) -> ResponseReturnValue:
    fb = current()
    flow = fb.store.flows.load(flow_id)
    taken = {row.name for row in fb.store.flows.list()}
    fb.store.flows.create(replace(flow, name=copy_name(flow.name, taken)), f"Copied from {flow.name}", author())
    return redirect(url_for("flows.home"), 303)


@flows.post("/flows/<flow_id>/rename")
def rename(flow_id: str) -> ResponseReturnValue:
    """Gives the flow another name, as an edit that can be undone; its URLs stay."""
    store = current().store
    revision = store.flows.get(flow_id).revision
    details = {"name": request.form.get("name", "")}
    refuse_new_name(current(), flow_id, details["name"])
    save_edit(store, flow_id, revision, {"op": "set_details", "details": details})
    return redirect(url_for("flows.home"), 303)


@flows.post("/flows/<flow_id>/delete")
def delete(flow_id: str) -> ResponseReturnValue:
    """Deletes a flow with its versions; a live one is refused, for its callers would hear an apology."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    live = deployments_of(fb, flow_id)
    if live:
        where = "" if [one.name for one in live] == [PRODUCTION] else f" on {', '.join(one.name for one in live)}"
        raise FlowbuilderError(f"“{row.name}” is live{where}. Unpublish it first; then it can be deleted.")
    refuse_if_used(fb, flow_id, "deleted")
    fb.store.flows.delete(flow_id)
    return redirect(url_for("flows.home"), 303)


def copy_name(name: str, taken: set[str]) -> str:
    """`Main line copy`, `Main line copy 2` ...: the first that is free."""
    base = re.sub(r" copy( \d+)?$", "", name)
    candidate, number = f"{base} copy", 2
    while candidate in taken:
        candidate, number = f"{base} copy {number}", number + 1
    return candidate


def file_name(name: str) -> str:
    """A name for a downloaded file: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "flow"


def download(body: bytes, name: str, content_type: str) -> Response:
    """An answer that the browser keeps as a file of this name."""
    response = Response(body, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _open_new(flow: Flow, label: str) -> ResponseReturnValue:
    row = current().store.flows.create(flow, label, author())
    address = f"/flows/{row.id}/edit"
    if "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address, 303)


def _matches(state: FlowState, wanted: str) -> bool:
    """Whether each word typed stands in the flow's name, description or one of its numbers."""
    digits = "".join(state.numbers)
    text = f"{state.name} {state.description} {digits}".casefold()
    return all(word in text for word in wanted.casefold().replace("+", "").split())
