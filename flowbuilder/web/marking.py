"""Changes marked on the canvas: what is new, other, renamed or gone, over the drawing or over one version of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, jsonify, render_template, request

from flowbuilder.checks.view import View
from flowbuilder.flow.notes import notes_of
from flowbuilder.places import static_folder
from flowbuilder.web import current
from flowbuilder.web.cards import card_views
from flowbuilder.web.comparing import DRAFT, Comparison, compare, ghost_cards, live_version, side_of
from flowbuilder.web.diagram import WORDS
from flowbuilder.web.glyphs import card_glyphs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.typing import ResponseReturnValue

    from flowbuilder.flow.diff import Change

marking = Blueprint("marking", __name__)

# More entries than this are read on the page that has them all.
MOST_LISTED = 200


@dataclass(frozen=True)
class Entry:
    """All that is other at one node, or of the flow itself (node None)."""

    node: str | None
    mark: str
    sentences: list[str]


@marking.get("/flows/<flow_id>/marks")
def marks(flow_id: str) -> ResponseReturnValue:
    """What the canvas marks for `from` and `to`: marks by node and link, what is gone, and the list as HTML."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    made = fb.store.versions.list(flow_id)
    live = live_version(fb, flow_id)
    if not made:
        return jsonify({"panel": render_template("editor/_marks.html", row=row, made=made), "count": None})
    after = request.args.get("to") or DRAFT
    before = request.args.get("from") or _usual_before(after, live, made[0].number)
    comparison = compare(side_of(fb, row, before), side_of(fb, row, after))
    entries = entries_of(comparison)
    panel = render_template(
        "editor/_marks.html",
        row=row,
        made=made,
        live=live,
        comparison=comparison,
        counts=Counter(comparison.marked.nodes.values()),
        entries=entries[:MOST_LISTED],
        more=len(entries) - MOST_LISTED,
        words=WORDS,
    )
    ghosts = render_template("editor/_ghosts.html", cards=ghost_cards(comparison).values())
    answer = {"panel": panel, "ghosts": ghosts, "gone": list(gone_links(comparison.changes)), "count": comparison.count}
    return jsonify({**answer, **comparison.marked.to_json()})


@marking.get("/flows/<flow_id>/versions/<int:number>/drawing")
def version_canvas(flow_id: str, number: int) -> ResponseReturnValue:
    """One version on a canvas to look round in: nothing on it can be changed."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    flow = fb.store.versions.get(flow_id, number).flow
    return render_template(
        "versions/canvas.html",
        row=row,
        number=number,
        is_live=live_version(fb, flow_id) == number,
        cards=card_views(flow, View(flow).readings, []).values(),
        notes=notes_of(flow),
        glyphs=card_glyphs(static_folder() / "vendor" / "icons.svg"),
    )


def _usual_before(after: str, live: int | None, newest: int) -> str:
    """What is compared with when nobody says: a version with the one before it, the drawing with what is live."""
    if after.isdecimal() and 1 < int(after[:9]) <= newest:
        return str(int(after[:9]) - 1)
    return str(live or newest)


def entries_of(comparison: Comparison) -> list[Entry]:
    """The list beside the drawing: first the flow itself, then one entry for each node."""
    marked = comparison.marked.nodes
    return [
        Entry(node, marked.get(node, "changed") if node else "changed", [change.sentence for change in changes])
        for node, changes in comparison.groups
    ]


def gone_links(changes: list[Change]) -> Iterator[dict[str, Any]]:
    """Where links led that are gone or lead elsewhere now: node, exit, to. Nodes go by their names of today."""
    for change in changes:
        if change.kind == "link" and change.before is not None:
            yield {"node": change.node, "exit": change.exit, "to": change.before}
        elif change.kind == "removed" and isinstance(change.before, dict):
            exits = change.before.get("exits") or {}
            yield from ({"node": change.node, "exit": exit, "to": to} for exit, to in exits.items())
