"""The editor: the page, the inspector of a node, and the edits that both post."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, render_template, request

from flowbuilder.errors import EditRefused, NotFound, StaleEdit
from flowbuilder.flow.notes import notes_of
from flowbuilder.places import static_folder
from flowbuilder.steps import CATALOGUE, GROUPS, palette
from flowbuilder.web import current
from flowbuilder.web.changes import CHOICES, Outcome, Page, answer, inspector_context
from flowbuilder.web.drafts import Draft, head_of, live_of
from flowbuilder.web.field_aids import languages_by_family, voices_by_language
from flowbuilder.web.flow_uses import refuse_renaming_edit
from flowbuilder.web.glyphs import card_glyphs
from flowbuilder.web.inspector import Kept
from flowbuilder.web.node_xml import node_xml
from flowbuilder.web.repeats import made_elsewhere, once
from flowbuilder.web.saving import save_edit, with_source
from flowbuilder.web.settings_edit import Conflict, SettingsEdit
from flowbuilder.web.shortcuts import SHORTCUTS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from flowbuilder.flow.edit_reading import Edit
    from flowbuilder.steps import Step

editor = Blueprint("editor", __name__)
editor.add_app_template_global(languages_by_family)
editor.add_app_template_global(voices_by_language)

USED_MOST = ("speak", "get_input", "dial", "branch", "hangup")
DETAILS = ("name", "description", "language", "voice", "message_entry")


@editor.get("/flows/<flow_id>/edit")
def edit(flow_id: str) -> ResponseReturnValue:
    """The whole editor, with the drawing as HTML."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    draft = head_of(fb, row)
    return render_template(
        "editor/edit.html",
        row=row,
        draft=draft,
        notes=notes_of(draft.flow),
        live=live_of(fb, row),
        palette={group: sorted(steps, key=_seldom_used) for group, steps in palette().items()},
        groups=GROUPS,
        first_exits={name: (step().exits() or [""])[0] for name, step in CATALOGUE.items()},
        glyphs=card_glyphs(static_folder() / "vendor" / "icons.svg"),
        shortcuts=SHORTCUTS,
        **CHOICES,
    )


@editor.get("/flows/<flow_id>/inspector")
def flow_inspector(flow_id: str) -> ResponseReturnValue:
    """The inspector of the flow itself, shown while no single node is selected."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    selected = request.args.get("selected", 0, type=int)
    return render_template("editor/_flow.html", row=row, draft=head_of(fb, row), selected=selected, **CHOICES)


@editor.get("/flows/<flow_id>/nodes/<node_id>")
def node_inspector(flow_id: str, node_id: str) -> ResponseReturnValue:
    """The inspector of one node, at the tab asked for."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    draft = head_of(fb, row)
    if node_id not in draft.flow.nodes and "HX-Request" in request.headers:
        return "", 204  # taken away while it was asked for: the page is about to learn of that
    _draft_with(draft, node_id)
    tab = request.args.get("tab", "settings")
    return render_template("editor/_inspector.html", row=row, **inspector_context(draft, node_id, tab))


@editor.get("/flows/<flow_id>/nodes/<node_id>/xml")
def xml_of_node(flow_id: str, node_id: str) -> ResponseReturnValue:
    """The node's XML as a document of its own."""
    fb = current()
    made = node_xml(_draft_with(head_of(fb, fb.store.flows.get(flow_id)), node_id), node_id)
    if made.document is None:
        raise EditRefused(made.sentence)
    return Response(made.document, content_type="application/xml; charset=utf-8")


def _as_it_is(flow_id: str) -> Response:
    """The answer to an edit that has been made already: the page as it should look now."""
    return answer(current(), _page(flow_id), Outcome())


@editor.post("/flows/<flow_id>/edits")
@once(_as_it_is)
def make_edit(flow_id: str) -> Response:
    """One named edit: JSON in `edit`, or its parts as fields; `revision` is the draft that its author saw."""
    page = _page(flow_id)
    try:
        posted = _posted_edit()
        refuse_renaming_edit(current(), flow_id, posted)
        if posted.get("op") == "paste":
            posted = with_source(current().store, posted)
        added = save_edit(current().store, flow_id, page.revision, posted)
    except (StaleEdit, EditRefused) as refusal:
        return _refused(page, refusal)
    events: dict[str, Any] = {"flow:added": {"nodes": added}} if added else {}
    own_form = False
    if posted.get("op") == "rename_node":
        new_name = str(posted["to"]).strip()
        events["flow:renamed"] = {"from": posted["node"], "to": new_name}
        if page.inspecting == posted["node"]:
            page, own_form = Page(flow_id, page.revision, new_name, page.tab), True
    return answer(current(), page, Outcome(events=events, own_form=own_form, then=request.form.get("then", "")))


@editor.post("/flows/<flow_id>/nodes/<node_id>")
@once(_as_it_is)
def set_settings(flow_id: str, node_id: str) -> Response:
    """The settings form, posted at every change. `base` is the revision that the form was made from."""
    fb, page = current(), _page(flow_id)
    form = SettingsEdit(fb.store, flow_id, node_id, request.form)
    if form.node is None:
        sentence = f"{node_id} has been taken away in another tab. What you typed stands here until you leave it."
        return answer(fb, page, Outcome(409, sentence, keeps_inspector=True))
    try:
        form.save()
    except Conflict as conflict:
        kept = Kept(conflict.mine, conflict.theirs, form.unreadable)
        return answer(fb, page, Outcome(409, str(conflict), own_form=True, kept=kept))
    except (StaleEdit, EditRefused) as refusal:
        return _refused(page, refusal)
    status = 422 if form.unreadable else 200
    return answer(fb, page, Outcome(status, own_form=True, kept=Kept(unreadable=form.unreadable)))


@editor.post("/flows/<flow_id>/undo")
@once(_as_it_is)
def undo(flow_id: str) -> Response:
    """Takes the newest edit back, and says which; aloud where another tab made it."""
    page, flows = _page(flow_id), current().store.flows
    newest = next((entry for entry in flows.history(flow_id) if entry.current), None)
    try:
        flows.undo(flow_id)
    except EditRefused as refusal:
        return _refused(page, refusal)
    label = newest.label if newest else "the last edit"
    if newest and made_elsewhere(flow_id, newest.revision):
        words = f"Took back what another tab did: {label}. Redo brings it back."
        return answer(current(), page, Outcome(events={"flow:say": {"text": words, "kind": ""}}))
    return answer(current(), page, Outcome(said=f"Undone: {label}."))


@editor.post("/flows/<flow_id>/redo")
@once(_as_it_is)
def redo(flow_id: str) -> Response:
    page, flows = _page(flow_id), current().store.flows
    label = flows.get(flow_id).redo_label
    try:
        flows.redo(flow_id)
    except EditRefused as refusal:
        return _refused(page, refusal)
    return answer(current(), page, Outcome(said=f"Done again: {label}."))


def _seldom_used(step: type[Step]) -> bool:
    return step.type not in USED_MOST


def _refused(page: Page, refusal: StaleEdit | EditRefused) -> Response:
    """The refusal, and the page as it should look now."""
    return answer(current(), page, Outcome(409 if isinstance(refusal, StaleEdit) else 422, str(refusal)))


def _page(flow_id: str) -> Page:
    revision = request.form.get("revision", type=int)
    if revision is None:
        raise EditRefused("The edit does not say which revision it was made on. Load the page again.")
    return Page(flow_id, revision, request.form.get("inspecting", ""), request.form.get("tab", "settings"))


def _draft_with(draft: Draft, node_id: str) -> Draft:
    if node_id not in draft.flow.nodes:
        raise NotFound(f"There is no step {node_id} any more.")
    return draft


def _posted_edit() -> Edit:
    """The edit in the request, in the words of flow.edits. Raises EditRefused where there is none."""
    if "edit" in request.form:
        try:
            posted = json.loads(request.form["edit"])
        except (ValueError, RecursionError) as error:
            raise EditRefused("The edit is not JSON. Load the page again and repeat it.") from error
        if not isinstance(posted, dict):
            raise EditRefused("The edit is not complete. Load the page again and repeat it.")
    else:
        posted = {name: request.form[name] for name in ("op", "node", "exit", "to") if name in request.form}
    if posted.get("op") == "set_details" and "details" not in posted:
        posted["details"] = {name: request.form[name] for name in DETAILS if name in request.form}
    if posted.get("op") == "connect" and not posted.get("to"):
        posted["op"] = "disconnect"
    if posted.get("op") == "add_node" and posted.get("type") not in CATALOGUE:
        raise EditRefused(f"The step type “{str(posted.get('type'))[:40]}” is not installed here.")
    return posted
