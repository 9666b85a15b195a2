"""Comparisons: what differs for a caller between two of a flow's versions, or a version and the drawing."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from flask import Blueprint, jsonify, render_template, request
from lxml import etree
from markupsafe import Markup

from flowbuilder.checks.view import View
from flowbuilder.errors import NotFound
from flowbuilder.flow.diff import Change, Marked, changes_between, marked
from flowbuilder.flow.layout.ports import CARD_GAP
from flowbuilder.flow.layout.room import Room
from flowbuilder.flow.model import Flow
from flowbuilder.steps.wording import StepWording
from flowbuilder.web import current
from flowbuilder.web.cards import WIDTH, card_views
from flowbuilder.web.deployed import deployment_of
from flowbuilder.web.diagram import Compared, diagram
from flowbuilder.web.drafts import DRAFTS

if TYPE_CHECKING:
    from collections.abc import Collection

    from flask.typing import ResponseReturnValue

    from flowbuilder.store import FlowRow
    from flowbuilder.web import Flowbuilder
    from flowbuilder.web.cards import CardView

comparing = Blueprint("comparing", __name__)

# Of a larger flow only what changed is drawn, and what is next to it.
MOST_DRAWN = 300
DRAFT, LIVE = "draft", "live"
REVISION = re.compile(r"r[1-9][0-9]{0,8}")


@dataclass(frozen=True)
class Side:
    """One of the two flows that are compared. `key` is draft, the number of a version, or r and that of a revision."""

    key: str
    flow: Flow

    @property
    def label(self) -> str:
        if self.key == DRAFT:
            return "The drawing"
        return f"Revision {self.key[1:]}" if self.key.startswith("r") else f"Version {self.key}"


@dataclass(frozen=True)
class Comparison:
    """Two flows, and what differs."""

    before: Side
    after: Side
    changes: list[Change]

    @property
    def count(self) -> int:
        """How many changes a caller could meet."""
        return sum(change.for_caller for change in self.changes)

    @property
    def groups(self) -> list[tuple[str | None, list[Change]]]:
        """The changes by node, those of the flow itself first, under None."""
        return [(node, list(group)) for node, group in groupby(self.changes, key=lambda change: change.node)]

    @property
    def marked(self) -> Marked:
        return marked(self.changes)


@comparing.get("/flows/<flow_id>/diff")
def page(flow_id: str) -> ResponseReturnValue:
    """The comparison of `from` (live, or as Side.key) and `to` (draft, or another); htmx gets the part below it."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    made = fb.store.versions.list(flow_id)
    live = live_version(fb, flow_id)
    if not made and not request.args.get("from"):
        return render_template("versions/diff.html", row=row, made=made, live=live, comparison=None)
    comparison = _asked(fb, row, usual=str(live or made[0].number) if made else DRAFT)
    partial = "HX-Request" in request.headers
    return render_template(
        "versions/_diff.html" if partial else "versions/diff.html",
        row=row,
        made=made,
        live=live,
        comparison=comparison,
        drawing=drawing_of(comparison),
    )


@comparing.get("/flows/<flow_id>/diff.json")
def data(flow_id: str) -> ResponseReturnValue:
    """The same as data: the changes in words, and what the canvas is to mark."""
    fb = current()
    comparison = _asked(fb, fb.store.flows.get(flow_id), usual=LIVE)
    return jsonify(
        {
            "from": comparison.before.key,
            "to": comparison.after.key,
            "count": comparison.count,
            "changes": [change.to_json() for change in comparison.changes],
            **comparison.marked.to_json(),
        }
    )


def compare(before: Side, after: Side) -> Comparison:
    return Comparison(before, after, changes_between(before.flow, after.flow, StepWording()))


def changes_since_live(fb: Flowbuilder, row: FlowRow) -> Comparison | None:
    """What callers would notice if the drawing were published now; None while nothing is live."""
    live = live_version(fb, row.id)
    return None if live is None else compare(side_of(fb, row, str(live)), side_of(fb, row, DRAFT))


def live_version(fb: Flowbuilder, flow_id: str) -> int | None:
    deployment = deployment_of(fb, flow_id)
    return deployment.version if deployment else None


def side_of(fb: Flowbuilder, row: FlowRow, wanted: str) -> Side:
    """The flow that `draft`, `live`, a version's number or `r12` for a revision names. Raises NotFound."""
    if wanted == DRAFT:
        return Side(DRAFT, DRAFTS.at(fb.store, row.id, row.revision).flow)
    if wanted == LIVE:
        live = live_version(fb, row.id)
        if live is None:
            raise NotFound(f"Nothing of “{row.name}” is live. Publish it, or compare two of its versions.")
        wanted = str(live)
    if REVISION.fullmatch(wanted):
        return Side(wanted, fb.store.flows.load(row.id, int(wanted[1:])))
    if not wanted.isdecimal() or len(wanted) > 9:
        raise NotFound(f"There is no version “{wanted[:20]}”. Use draft, live, or the number of a version.")
    return Side(wanted, fb.store.versions.get(row.id, int(wanted)).flow)


def drawing_of(comparison: Comparison) -> Markup:
    """Both flows in one picture: the new one as it stands, and what was taken out where there is room for it."""
    marks = comparison.marked
    removed = {name: comparison.before.flow.nodes[name] for name, mark in marks.nodes.items() if mark == "removed"}
    flow = replace(comparison.after.flow, nodes={**comparison.after.flow.nodes, **removed})
    if len(flow.nodes) > MOST_DRAWN:
        flow = _near(flow, marks)
    cards = card_views(flow, View(flow).readings, [])
    _make_room(cards, removed)
    gone = {(name, exit): "removed" for name, node in removed.items() for exit in node.exits}
    title = f"{comparison.after.label}, compared with {comparison.before.label.lower()}"
    root = diagram(cards, title=title, compared=Compared(marks.nodes, {**marks.links, **gone}))
    width, height = str(root.get("viewBox")).split()[2:]
    root.set("width", width)
    root.set("height", height)
    return Markup(etree.tostring(root, encoding="unicode"))  # a tree of elements: texts in it are escaped


def ghost_cards(comparison: Comparison) -> dict[str, CardView]:
    """The cards of what was taken out, each in the free place that is nearest to its old one."""
    marks = comparison.marked
    removed = {name: comparison.before.flow.nodes[name] for name, mark in marks.nodes.items() if mark == "removed"}
    if not removed:
        return {}
    flow = replace(comparison.after.flow, nodes={**comparison.after.flow.nodes, **removed})
    cards = card_views(flow, View(flow).readings, [])
    _make_room(cards, removed)
    return {name: cards[name] for name in removed}


def _make_room(cards: dict[str, CardView], removed: Collection[str]) -> None:
    """Puts the removed ones among the cards where they cover none of the others."""
    room = Room(CARD_GAP)
    for name, card in cards.items():
        if name not in removed:
            room.take((card.x, card.y), (WIDTH, card.height))
    for name in [name for name in removed if name in cards]:
        card = cards[name]
        x, y = room.nearest((round(card.x), round(card.y)), (WIDTH, card.height))
        cards[name] = replace(card, x=x, y=y)
        room.take((x, y), (WIDTH, card.height))


def _near(flow: Flow, marks: Marked) -> Flow:
    """The marked nodes and those that a link joins to them."""
    kept = {name for name in marks.nodes if name in flow.nodes}
    around = {target for name in kept for target in flow.nodes[name].exits.values()}
    around |= {name for name, node in flow.nodes.items() if not kept.isdisjoint(node.exits.values())}
    return replace(flow, nodes={name: node for name, node in flow.nodes.items() if name in kept | around})


def _asked(fb: Flowbuilder, row: FlowRow, usual: str) -> Comparison:
    before, after = request.args.get("from") or usual, request.args.get("to") or DRAFT
    return compare(side_of(fb, row, before), side_of(fb, row, after))
