"""The editor: the page, the inspector of a node, and the answers to edits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, make_response, render_template, request

from flowbuilder.errors import EditRefused, NotFound, StaleEdit
from flowbuilder.protocol.voices import LANGUAGES, VOICES
from flowbuilder.steps import CATALOGUE, GROUPS, palette
from flowbuilder.web import current
from flowbuilder.web.cards import changed_cards
from flowbuilder.web.drafts import DRAFTS, Draft, head_of, live_of
from flowbuilder.web.inspector import inspect_node
from flowbuilder.web.node_xml import node_xml
from flowbuilder.web.saving import save_edit
from flowbuilder.web.settings_edit import Conflict, SettingsEdit
from flowbuilder.web.shortcuts import SHORTCUTS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from flowbuilder.flow.edits import Edit

editor = Blueprint("editor", __name__)

DETAILS = ("name", "description", "language", "voice")


@editor.get("/flows/<flow_id>/edit")
def edit(flow_id: str) -> ResponseReturnValue:
    """The whole editor, with the drawing as HTML."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    return render_template(
        "editor/edit.html",
        row=row,
        draft=head_of(fb, row),
        live=live_of(fb, row),
        palette=palette(),
        groups=GROUPS,
        shortcuts=SHORTCUTS,
        **_choices(),
    )


@editor.get("/flows/<flow_id>/inspector")
def flow_inspector(flow_id: str) -> ResponseReturnValue:
    """The inspector of the flow itself, shown while no single node is selected."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    selected = request.args.get("selected", 0, type=int)
    return render_template("editor/_flow.html", row=row, draft=head_of(fb, row), selected=selected, **_choices())


@editor.get("/flows/<flow_id>/nodes/<node_id>")
def node_inspector(flow_id: str, node_id: str) -> ResponseReturnValue:
    """The inspector of one node, at the tab asked for."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    return _inspector(row, head_of(fb, row), node_id, request.args.get("tab", "settings"))


@editor.get("/flows/<flow_id>/nodes/<node_id>/xml")
def xml_of_node(flow_id: str, node_id: str) -> ResponseReturnValue:
    """The node's XML as a document of its own."""
    fb = current()
    draft = head_of(fb, fb.store.flows.get(flow_id))
    _check_node(draft, node_id)
    made = node_xml(draft, node_id)
    if made.document is None:
        raise EditRefused(made.sentence)
    return Response(made.document, content_type="application/xml; charset=utf-8")


@editor.post("/flows/<flow_id>/edits")
def make_edit(flow_id: str) -> ResponseReturnValue:
    """One named edit: JSON in `edit`, or its parts as fields; `revision` is the draft that its author saw."""
    seen = _seen()
    fields = _posted_edit()
    try:
        added = save_edit(current().store, flow_id, seen, fields)
    except StaleEdit as refusal:
        return _changes(flow_id, seen, 409, say=str(refusal))
    except EditRefused as refusal:
        return _changes(flow_id, seen, 422, say=str(refusal))
    events: dict[str, Any] = {"flow:added": {"nodes": added}} if added else {}
    if fields.get("op") == "rename_node":
        events["flow:renamed"] = {"from": fields["node"], "to": str(fields["to"]).strip()}
        return _changes(flow_id, seen, events=events, inspecting=str(fields["to"]).strip())
    return _changes(flow_id, seen, events=events)


@editor.post("/flows/<flow_id>/undo")
def undo(flow_id: str) -> ResponseReturnValue:
    return _step(flow_id, back=True)


@editor.post("/flows/<flow_id>/redo")
def redo(flow_id: str) -> ResponseReturnValue:
    return _step(flow_id, back=False)


@editor.post("/flows/<flow_id>/nodes/<node_id>")
def set_settings(flow_id: str, node_id: str) -> ResponseReturnValue:
    """The settings form, posted at every change. `base` is the revision that the form was made from."""
    store = current().store
    seen = _seen()
    form = SettingsEdit(store, flow_id, node_id, request.form)
    if form.node is None:
        sentence = f"{node_id} has been taken away in another tab. What you typed stands here until you leave it."
        return _changes(flow_id, seen, 409, say=sentence, show_inspector=False)
    try:
        form.save()
    except Conflict as conflict:
        mine, theirs = conflict.mine, conflict.theirs
        return _changes(flow_id, seen, 409, say=str(conflict), own_form=True, typed=mine, others=theirs)
    except EditRefused as refusal:
        return _changes(flow_id, seen, 422, say=str(refusal), own_form=True, unreadable=form.unreadable)
    if form.unreadable:
        return _changes(flow_id, seen, 422, own_form=True, unreadable=form.unreadable)
    return _changes(flow_id, seen, own_form=True)


def _step(flow_id: str, *, back: bool) -> ResponseReturnValue:
    seen = _seen()
    flows = current().store.flows
    try:
        if back:
            flows.undo(flow_id)
        else:
            flows.redo(flow_id)
    except EditRefused as refusal:
        return _changes(flow_id, seen, 422, say=str(refusal))
    label = flows.history(flow_id, 1)  # the label in the bar says what was undone
    return _changes(flow_id, seen, said="Undone." if back else "Redone.", events={"flow:undone": {}} if label else {})


def _changes(
    flow_id: str,
    seen: int,
    status: int = 200,
    *,
    say: str = "",
    said: str = "",
    events: dict[str, Any] | None = None,
    inspecting: str | None = None,
    own_form: bool = False,
    show_inspector: bool = True,
    **kept: Any,
) -> Response:
    """Everything that differs between the revision `seen` and the draft as it is now, as htmx partials.

    `say` is shown in passing, `said` only spoken. `kept` is what the author typed and must find again.
    """
    fb = current()
    row = fb.store.flows.get(flow_id)
    draft, before = head_of(fb, row), DRAFTS.at(fb.store, flow_id, seen)
    node = inspecting if inspecting is not None else request.form.get("inspecting", "")
    context: dict[str, Any] = {"show": "", "swap": "innerMorph" if own_form else "innerHTML"}
    if not show_inspector:
        pass
    elif node in draft.flow.nodes:
        if own_form or inspecting or _looks_different(before, draft, node):
            tab = request.form.get("tab", "settings")
            context |= {"show": "node", **_inspector_context(draft, node, tab, **kept)}
    elif node in before.flow.nodes or _details(before) != _details(draft):
        context["show"] = "flow"
    answer = make_response(
        render_template(
            "editor/_changes.html",
            row=row,
            draft=draft,
            live=live_of(fb, row),
            changes=changed_cards(before.cards, draft.cards),
            problems_changed=before.problems != draft.problems,
            name_changed=before.flow.name != draft.flow.name,
            **_choices(),
            **context,
        ),
        status,
    )
    events = dict(events or {})
    if say or said:
        events["flow:say"] = {"text": say or said, "kind": "error" if say else "quiet"}
    if events:
        answer.headers["HX-Trigger"] = json.dumps(events)
    return answer


def _looks_different(before: Draft, after: Draft, node: str) -> bool:
    return (
        before.flow.nodes.get(node) != after.flow.nodes[node]
        or before.problems_of(node) != after.problems_of(node)
        or before.flow.nodes.keys() != after.flow.nodes.keys()
        or before.flow.entry != after.flow.entry
    )


def _details(draft: Draft) -> tuple[Any, ...]:
    flow = draft.flow
    return (flow.entry, len(flow.nodes), flow.extras.get("description"), flow.language, flow.voice)


def _inspector(row: Any, draft: Draft, node_id: str, tab: str) -> str:
    _check_node(draft, node_id)
    return render_template("editor/_inspector.html", row=row, **_inspector_context(draft, node_id, tab))


def _inspector_context(draft: Draft, node_id: str, tab: str, **kept: Any) -> dict[str, Any]:
    context: dict[str, Any] = {"inspector": inspect_node(draft, node_id, tab, **kept)}
    if tab == "xml":
        context["made"] = node_xml(draft, node_id)
    return context


def _check_node(draft: Draft, node_id: str) -> None:
    if node_id not in draft.flow.nodes:
        raise NotFound(f"There is no step {node_id} any more.")


def _choices() -> dict[str, Any]:
    return {"languages": LANGUAGES, "voices": list(VOICES)}


def _seen() -> int:
    """The revision that the page showed when the edit was made."""
    seen = request.form.get("revision", type=int)
    if seen is None:
        raise EditRefused("The edit does not say which revision it was made on. Load the page again.")
    return seen


def _posted_edit() -> Edit:
    if "edit" in request.form:
        try:
            posted = json.loads(request.form["edit"])
        except (ValueError, RecursionError) as error:
            raise EditRefused("The edit is not JSON. Load the page again and repeat it.") from error
        if not isinstance(posted, dict):
            raise EditRefused("The edit is not complete. Load the page again and repeat it.")
    else:
        names = ("op", "node", "exit", "to")
        posted = {name: request.form[name] for name in names if name in request.form}
    if posted.get("op") == "set_details" and "details" not in posted:
        posted["details"] = {name: request.form[name] for name in DETAILS if name in request.form}
    if posted.get("op") == "connect" and not posted.get("to"):
        posted["op"] = "disconnect"
    if posted.get("op") == "add_node":
        _check_type(str(posted.get("type")))
    return posted


def _check_type(step_type: str) -> None:
    if step_type not in CATALOGUE:
        raise EditRefused(f"The step type “{step_type[:40]}” is not installed here.")
