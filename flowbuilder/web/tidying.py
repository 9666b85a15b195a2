"""Lays out flows by the sizes that their cards have on the canvas: the edit Tidy, and files that have no places."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flowbuilder.checks.view import View
from flowbuilder.errors import EditRefused
from flowbuilder.flow.edit_reading import texts_in
from flowbuilder.flow.layout import tidy
from flowbuilder.flow.notes import frames_around
from flowbuilder.flow.pins import pinned_nodes
from flowbuilder.web.cards import WIDTH, card_views

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from flowbuilder.flow.edit_reading import Edit
    from flowbuilder.flow.model import Flow
    from flowbuilder.web.cards import CardView


def _places(
    flow: Flow, cards: Mapping[str, CardView], pinned: Collection[str], only: Collection[str] | None = None
) -> dict[str, tuple[int, int]]:
    """The places that Tidy gives the flow's nodes, or only some of them."""
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
    cards = _cards_of(flow)
    places = _places(flow, cards, pinned_nodes(flow), frozenset(chosen) if chosen else None)
    if not places:
        raise EditRefused(
            "There is nothing to tidy: every step is pinned." if flow.nodes else "There are no steps yet."
        )
    label = "Tidy" if not chosen else f"Tidy {chosen[0]}" if len(chosen) == 1 else f"Tidy {len(chosen)} nodes"
    return _with_places(flow, cards, places), label


def laid_out(flow: Flow) -> Flow:
    """The flow with every node in its tidy place, save those that are pinned."""
    cards = _cards_of(flow)
    return _with_places(flow, cards, _places(flow, cards, pinned_nodes(flow)))


def _cards_of(flow: Flow) -> dict[str, CardView]:
    return card_views(flow, View(flow).readings, [])


def _with_places(flow: Flow, cards: Mapping[str, CardView], places: Mapping[str, tuple[int, int]]) -> Flow:
    """The flow with these places, and its frames around the same nodes as before."""
    nodes = {name: replace(node, position=places.get(name, node.position)) for name, node in flow.nodes.items()}
    heights = {name: card.height for name, card in cards.items()}
    return frames_around(flow, replace(flow, nodes=nodes), heights, WIDTH)


def laid_out_if_never(flow: Flow) -> Flow:
    """The flow laid out where nobody has done so: all its nodes, more than one, stand in the same place."""
    if len(flow.nodes) > 1 and len({node.position for node in flow.nodes.values()}) == 1:
        return laid_out(flow)
    return flow
