"""tidy(): a place for every node of a flow, or of a part of it."""

from __future__ import annotations

from statistics import median_low
from typing import TYPE_CHECKING

from flowbuilder.flow.layout.layers import Link, forward_links, layered
from flowbuilder.flow.layout.levels import find_levels
from flowbuilder.flow.layout.order import put_in_order
from flowbuilder.flow.layout.ports import CARD_GAP, COLUMN_GAP, Card, on_grid, up_to_grid
from flowbuilder.flow.layout.room import Room

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from flowbuilder.flow.model import Flow

Place = tuple[int, int]
ORIGIN: Place = (40, 40)
# Between what a call can reach and what it cannot.
APART = 120


def tidy(
    flow: Flow,
    sizes: Mapping[str, tuple[float, float]],
    exits: Mapping[str, Sequence[str]],
    pinned: Collection[str] = frozenset(),
    only: Collection[str] | None = None,
) -> dict[str, Place]:
    """Places on the 20-pixel grid, by node: cards do not overlap, and links lead right save those that go back.

    `sizes` are the widths and heights of the cards, `exits` the exits that each shows, from top to bottom. Pinned nodes
    keep their places, and the rest settles around them. With `only`, the other nodes stay too, and the part is laid
    out where it is. What no call reaches comes below. Gives the nodes that were placed; the same in, the same out.
    """
    chosen = [node for node in flow.nodes if only is None or node in only]
    free = [node for node in chosen if node not in pinned]
    if not free:
        return {}
    starts = _starts(flow, chosen, whole=only is None)
    reached = _reached(flow, chosen, starts)
    parts = [[node for node in chosen if node in reached], [node for node in chosen if node not in reached]]
    places: dict[str, Place] = {}
    below = 0
    for part in parts:
        placed = _laid_out(flow, part, starts, sizes, exits)
        places |= {node: (x, y + below) for node, (x, y) in placed.items()}
        below = max((y + up_to_grid(sizes[node][1]) + APART for node, (_, y) in places.items()), default=0)
    dx, dy = _shift(flow, places, pinned, only)
    wanted = {node: (places[node][0] + dx, places[node][1] + dy) for node in places if node not in pinned}
    standing = [node for node in flow.nodes if node not in wanted]
    return _around(flow, standing, wanted, sizes) if standing else {node: wanted[node] for node in free}


def _starts(flow: Flow, chosen: Sequence[str], *, whole: bool) -> list[str]:
    """Where the call comes in: the entries; into a part of a flow, where links from outside do."""
    known = set(chosen)
    entries = [str(node) for node in (flow.entry, flow.extras.get("message_entry")) if node in known]
    if whole:
        return list(dict.fromkeys(entries))
    outside = [target for node_id, node in flow.nodes.items() if node_id not in known for target in node.exits.values()]
    led_to = {target for node in chosen for target in flow.nodes[node].exits.values() if target != node}
    first = [node for node in chosen if node not in led_to]
    return list(dict.fromkeys([*entries, *first, *(node for node in outside if node in known), *chosen]))


def _reached(flow: Flow, chosen: Sequence[str], starts: Sequence[str]) -> set[str]:
    known, found, waiting = set(chosen), set(starts), list(starts)
    while waiting:
        for target in flow.nodes[waiting.pop()].exits.values():
            if target in known and target not in found:
                found.add(target)
                waiting.append(target)
    return found


def _laid_out(
    flow: Flow,
    part: Sequence[str],
    starts: Sequence[str],
    sizes: Mapping[str, tuple[float, float]],
    exits: Mapping[str, Sequence[str]],
) -> dict[str, Place]:
    """The part by itself, its upper left corner at (0, 0)."""
    if not part:
        return {}
    number = {node: at for at, node in enumerate(part)}
    cards, links = [], []
    for at, node in enumerate(part):
        shown = list(dict.fromkeys([*exits[node], *flow.nodes[node].exits]))
        cards.append(Card(*sizes[node], len(shown)))
        targets = [(row, number.get(flow.nodes[node].exits.get(exit, ""))) for row, exit in enumerate(shown)]
        links.append([Link(at, row, target) for row, target in targets if target not in (None, at)])
    first = [number[node] for node in starts if node in number] or _without_links_in(links)
    forward, order = forward_links(len(part), first, links)
    layers = layered(cards, order, forward)
    put_in_order(layers)
    level = find_levels(layers)
    top = min(level[at] for at in range(len(part)))
    places, x = {}, 0
    for row in layers.rows:
        here = [at for at in row if at < len(part)]
        for at in here:
            places[part[at]] = (x, level[at] - top)
        x += up_to_grid(max(cards[at].width for at in here)) + COLUMN_GAP
    return places


def _without_links_in(links: Sequence[Sequence[Link]]) -> list[int]:
    led_to = {link.target for out in links for link in out}
    return [node for node in range(len(links)) if node not in led_to]


def _shift(flow: Flow, places: Mapping[str, Place], pinned: Collection[str], only: Collection[str] | None) -> Place:
    """How far to move a layout so that it fits what stays: its pinned nodes, or where the part was."""
    fixed = [node for node in places if node in pinned]
    if fixed:
        dx = median_low(flow.nodes[node].position[0] - places[node][0] for node in fixed)
        dy = median_low(flow.nodes[node].position[1] - places[node][1] for node in fixed)
        return on_grid(dx), on_grid(dy)
    if only is None:
        return ORIGIN
    return (
        on_grid(min(flow.nodes[node].position[0] for node in places)),
        on_grid(min(flow.nodes[node].position[1] for node in places)),
    )


def _around(
    flow: Flow, standing: Sequence[str], wanted: Mapping[str, Place], sizes: Mapping[str, tuple[float, float]]
) -> dict[str, Place]:
    """Each node where it is wanted, or as near above or below as what stands and what was placed before it allow."""
    room = Room(CARD_GAP)
    for node in standing:
        room.take(flow.nodes[node].position, sizes[node])
    places = {}
    for node in sorted(wanted, key=lambda node: wanted[node]):
        places[node] = room.nearest(wanted[node], sizes[node])
        room.take(places[node], sizes[node])
    return places
