"""The answer to an edit: everything that differs from what the page shows, as htmx partials."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from flask import Response, g, make_response, render_template

from flowbuilder.checks.variable_before_set import names_at
from flowbuilder.flow.notes import notes_of
from flowbuilder.protocol.voices import LANGUAGES
from flowbuilder.web.cards import changed_cards
from flowbuilder.web.drafts import draft_among_flows, head_of, live_of
from flowbuilder.web.inspector import NOTHING_KEPT, Kept, inspect_node
from flowbuilder.web.node_uses import uses_of
from flowbuilder.web.node_xml import node_xml
from flowbuilder.web.problem_rows import RowChanges, row_changes

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder
    from flowbuilder.web.drafts import Draft

CHOICES = {"languages": LANGUAGES}


@dataclass(frozen=True)
class Page:
    """What the page that posted an edit shows: the revision, and the node and the tab in its inspector."""

    flow_id: str
    revision: int
    inspecting: str = ""
    tab: str = "settings"


@dataclass(frozen=True)
class Outcome:
    """What the author is to learn of an edit, beside what it changed.

    `refusal` is shown in passing, `said` is only spoken; `events` become DOM events. `own_form` says that the edit came
    from the inspector's form, which must keep its focus; `kept` is what was typed and could not be saved. `then` is the
    node whose inspector the page asks for next, so that none is sent along.
    """

    status: int = 200
    refusal: str = ""
    said: str = ""
    events: dict[str, Any] = field(default_factory=dict)
    own_form: bool = False
    keeps_inspector: bool = False
    then: str = ""
    kept: Kept = NOTHING_KEPT

    @property
    def all_events(self) -> dict[str, Any]:
        if not self.refusal and not self.said:
            return self.events
        words = {"text": self.refusal or self.said, "kind": "error" if self.refusal else "quiet"}
        return {**self.events, "flow:say": words}


def answer(fb: Flowbuilder, page: Page, outcome: Outcome) -> Response:
    """The partials that bring the page to the draft as it is now."""
    row = fb.store.flows.get(page.flow_id)
    g.revision = row.revision
    draft, before = head_of(fb, row), draft_among_flows(fb, page.flow_id, page.revision)
    body = render_template(
        "editor/_changes.html",
        row=row,
        draft=draft,
        live=live_of(fb, row),
        changes=changed_cards(before.cards, draft.cards),
        problems=_problems(before, draft),
        notes=notes_of(draft.flow),
        notes_changed=notes_of(before.flow) != notes_of(draft.flow),
        name_changed=before.flow.name != draft.flow.name,
        swap="innerMorph" if outcome.own_form else "innerHTML",
        **CHOICES,
        **_inspector(page, outcome, before, draft),
    )
    response = make_response(body, outcome.status)
    if outcome.all_events:
        response.headers["HX-Trigger"] = json.dumps(outcome.all_events)
    return response


def _problems(before: Draft, draft: Draft) -> RowChanges | str | None:
    """The rows of problems that differ; "all" to send the whole list, and None to send nothing.

    Rows that are the same may stand under other counts: not every problem is listed.
    """
    if before.flows_named or draft.flows_named:
        return "all"  # the page may list what was true of those flows when it was loaded
    changes = row_changes(before.rows, draft.rows)
    if changes is None:
        return "all"
    return changes if changes.gone or changes.added or before.counts != draft.counts else None


def inspector_context(draft: Draft, node_id: str, tab: str, kept: Kept = NOTHING_KEPT) -> dict[str, Any]:
    """What templates/editor/_inspector.html needs."""
    context: dict[str, Any] = {"inspector": inspect_node(draft, node_id, tab, kept)}
    if tab == "xml":
        context["made"] = node_xml(draft, node_id)
    if context["inspector"].tab == "exits":
        context["uses"] = uses_of(draft, node_id)
    return context


def _inspector(page: Page, outcome: Outcome, before: Draft, draft: Draft) -> dict[str, Any]:
    """Which inspector to send along: the node's, the flow's, or none where it would look the same."""
    node = page.inspecting
    if outcome.keeps_inspector:
        return {"show": ""}
    if outcome.then in draft.flow.nodes:
        return {"show": ""}
    if node in draft.flow.nodes:
        if not outcome.own_form and not _looks_different(before, draft, node, page.tab):
            return {"show": ""}
        return {"show": "node", **inspector_context(draft, node, page.tab, outcome.kept)}
    gone = node in before.flow.nodes
    return {"show": "flow" if gone or _details(before) != _details(draft) else ""}


def _looks_different(before: Draft, after: Draft, node: str, tab: str) -> bool:
    old, new = before.flow.nodes.get(node), after.flow.nodes[node]
    return (
        old is None
        or replace(old, position=new.position) != new  # where it stands, the inspector does not show
        or before.problems_of(node) != after.problems_of(node)
        or before.flow.entry != after.flow.entry
        or (tab == "exits" and _exits_look_different(before, after, node))
        or (tab == "settings" and names_at(before.view, node) != names_at(after.view, node))
    )


def _exits_look_different(before: Draft, after: Draft, node: str) -> bool:
    return before.flow.nodes.keys() != after.flow.nodes.keys() or uses_of(before, node) != uses_of(after, node)


def _details(draft: Draft) -> tuple[Any, ...]:
    flow = draft.flow
    return (flow.entry, len(flow.nodes), flow.extras.get("description"), flow.language, flow.voice)
