"""Lays out flows by the sizes that their cards have on the canvas: the edit Tidy, and files that have no places."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flowbuilder.checks.view import View
from flowbuilder.errors import EditRefused
from flowbuilder.flow.edit_reading import texts_in
from flowbuilder.flow.layout import tidy
from flowbuilder.flow.pins import pinned_nodes
from flowbuilder.web.cards import WIDTH, card_views

if TYPE_CHECKING:
    from collections.abc import Collection

    from flowbuilder.flow.edit_reading import Edit
    from flowbuilder.flow.model import Flow


def tidy_places(
    flow: Flow, pinned: Collection[str] = frozenset(), only: Collection[str] | None = None
) -> dict[str, tuple[int, int]]:
    """The places that Tidy gives the flow's nodes, or only some of them."""
    cards = card_views(flow, View(flow).readings, [])
    return tidy(
        flow,
        {name: (WIDTH, card.height) for name, card in cards.items()},
        {name: [exit.name for exit in card.exits] for name, card in cards.items()},
        pinned,
        only,
    )


def tidy_edit(flow: Flow, edit: Edit) -> tuple[Flow, str]:
    """{nodes?: [ids]}: the flow laid out, or these nodes only; and the label. Pinned nodes stay."""
    chosen = [node_id for node_id in texts_in(edit, "nodes") if node_id in flow.nodes]
    if edit.get("nodes") and not chosen:
        raise EditRefused("What was to be tidied is no longer there.")
    places = tidy_places(flow, pinned_nodes(flow), frozenset(chosen) if chosen else None)
    if not places:
        raise EditRefused(
            "There is nothing to tidy: every step is pinned." if flow.nodes else "There are no steps yet."
        )
    nodes = {name: replace(node, position=places.get(name, node.position)) for name, node in flow.nodes.items()}
    label = "Tidy" if not chosen else f"Tidy {chosen[0]}" if len(chosen) == 1 else f"Tidy {len(chosen)} nodes"
    return replace(flow, nodes=nodes), label


def laid_out(flow: Flow) -> Flow:
    """The flow with every node in its tidy place, save those that are pinned."""
    places = tidy_places(flow, pinned_nodes(flow))
    nodes = {name: replace(node, position=places.get(name, node.position)) for name, node in flow.nodes.items()}
    return replace(flow, nodes=nodes)


def laid_out_if_never(flow: Flow) -> Flow:
    """The flow laid out where nobody has done so: all its nodes, more than one, stand in the same place."""
    if len(flow.nodes) > 1 and len({node.position for node in flow.nodes.values()}) == 1:
        return laid_out(flow)
    return flow
