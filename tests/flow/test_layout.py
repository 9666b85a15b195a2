"""Tidy: whatever is drawn, cards do not overlap, links lead right save those that go back, and what is pinned stays."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.flow.layout import tidy
from flowbuilder.flow.layout.ports import GRID, INPUT_TOP, port_top
from flowbuilder.flow.model import Flow, Node

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

WIDTH = 220


@dataclass(frozen=True)
class Drawn:
    """A flow with the sizes of its cards."""

    flow: Flow
    sizes: dict[str, tuple[float, float]]
    exits: dict[str, list[str]]

    def tidied(self, **options: Collection[str]) -> dict[str, tuple[int, int]]:
        return tidy(self.flow, self.sizes, self.exits, **options)

    def placed(self, places: Mapping[str, tuple[float, float]]) -> Drawn:
        nodes = {
            name: replace(node, position=places.get(name, node.position)) for name, node in self.flow.nodes.items()
        }
        return replace(self, flow=replace(self.flow, nodes=nodes))


def drawn(links: Mapping[str, Sequence[str | None]], entry: str | None = None, body: int = 44) -> Drawn:
    """A flow of nodes, each with its exits' targets; None leads nowhere."""
    exits = {name: [f"exit_{row}" for row in range(len(targets))] for name, targets in links.items()}
    nodes = {
        name: Node("speak", {}, {f"exit_{row}": target for row, target in enumerate(targets) if target})
        for name, targets in links.items()
    }
    heights = {name: 46 + body + (10 + 20 * len(targets) if targets else 0) for name, targets in links.items()}
    return Drawn(
        Flow("Any", entry if entry else next(iter(links), None), nodes),
        {name: (WIDTH, heights[name]) for name in links},
        exits,
    )


@st.composite
def drawings(draw: st.DrawFn) -> Drawn:
    """Any flow: loops, joins, parts that nothing leads to, links to nowhere, cards anywhere."""
    names = [f"n{number}" for number in range(draw(st.integers(1, 14)))]
    target = st.sampled_from([*names, None, "nobody"])
    found = drawn({name: draw(st.lists(target, max_size=4)) for name in names}, body=draw(st.sampled_from([0, 26, 44])))
    spots = st.tuples(st.integers(-400, 1800), st.integers(-400, 900))
    return found.placed({name: draw(spots) for name in names})


def some_nodes(found: Drawn) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(sorted(found.flow.nodes)))


def overlapping(found: Drawn, moved: Collection[str]) -> list[tuple[str, str]]:
    """Pairs of cards of which at least one was placed by Tidy, less than half a grid step apart."""
    pairs = []
    for one, other in combinations(found.flow.nodes, 2):
        (x1, y1), (x2, y2) = found.flow.nodes[one].position, found.flow.nodes[other].position
        (w1, h1), (w2, h2) = found.sizes[one], found.sizes[other]
        apart = max(x2 - x1 - w1, x1 - x2 - w2, y2 - y1 - h1, y1 - y2 - h2)
        if apart < GRID / 2 and (one in moved or other in moved):
            pairs.append((one, other))
    return pairs


@given(drawings())
def test_cards_do_not_overlap_and_stand_on_the_grid(found: Drawn) -> None:
    places = found.tidied()
    assert set(places) == set(found.flow.nodes)
    assert overlapping(found.placed(places), places) == []
    assert all(part % GRID == 0 for place in places.values() for part in place)


@given(drawings())
def test_links_lead_right_save_those_that_close_a_circle(found: Drawn) -> None:
    places = found.tidied()
    nodes = found.flow.nodes
    graph: nx.DiGraph[str] = nx.DiGraph(
        [(name, target) for name, node in nodes.items() for target in node.exits.values() if target in nodes]
    )
    graph.add_nodes_from(nodes)
    reached = {"n0", *nx.descendants(graph, "n0")}
    for source, target in graph.edges:
        same_part = (source in reached) == (target in reached)
        if same_part and source != target and places[target][0] <= places[source][0]:
            assert nx.has_path(graph, target, source), f"{source} leads back to {target} for no reason"


@given(drawings())
def test_what_no_call_reaches_stands_below(found: Drawn) -> None:
    places = found.tidied()
    graph: nx.DiGraph[str] = nx.DiGraph(
        [(name, target) for name, node in found.flow.nodes.items() for target in node.exits.values()]
    )
    graph.add_nodes_from(found.flow.nodes)
    reached = {"n0", *nx.descendants(graph, "n0")} & set(found.flow.nodes)
    lowest = max(places[name][1] + found.sizes[name][1] for name in reached)
    assert all(places[name][1] > lowest for name in places if name not in reached)


@given(drawings())
def test_the_same_flow_gets_the_same_places_wherever_it_stood(found: Drawn) -> None:
    places = found.tidied()
    assert places == found.tidied()
    assert places == found.placed(places).tidied()


@given(st.data())
def test_pinned_nodes_stay_and_the_rest_keeps_clear_of_them(data: st.DataObject) -> None:
    found = data.draw(drawings())
    pinned = data.draw(some_nodes(found))
    places = found.tidied(pinned=pinned)
    assert set(places) == set(found.flow.nodes) - pinned
    assert overlapping(found.placed(places), places) == []
    assert all(part % GRID == 0 for place in places.values() for part in place)
    assert places == found.placed(places).tidied(pinned=pinned) or not pinned


@given(st.data())
def test_a_part_is_laid_out_without_touching_the_others(data: st.DataObject) -> None:
    found = data.draw(drawings())
    only, pinned = data.draw(some_nodes(found)), data.draw(some_nodes(found))
    places = found.tidied(only=only, pinned=pinned)
    assert set(places) == only - pinned
    assert overlapping(found.placed(places), places) == []


@given(drawings())
def test_pinning_everything_as_tidy_left_it_moves_nothing(found: Drawn) -> None:
    done = found.placed(found.tidied())
    assert done.tidied(pinned=frozenset(done.flow.nodes)) == {}
    last = next(reversed(done.flow.nodes))
    others = frozenset(done.flow.nodes) - {last}
    assert not others or done.tidied(pinned=others) == {last: done.flow.nodes[last].position}


def rise(found: Drawn, source: str, row: int, target: str) -> float:
    """How far a link's end lies above or below its beginning."""
    (_, y1), (_, y2) = found.flow.nodes[source].position, found.flow.nodes[target].position
    port = port_top(found.sizes[source][1], len(found.exits[source]), row)
    return abs(y1 + port - y2 - INPUT_TOP)


@pytest.mark.parametrize("body", [0, 26, 44])
def test_a_chain_is_as_straight_as_the_grid_allows(body: int) -> None:
    names = [f"n{number}" for number in range(8)]
    found = drawn({name: [following] for name, following in zip(names, [*names[1:], None], strict=True)}, body=body)
    done = found.placed(found.tidied())
    assert all(rise(done, one, 0, other) <= GRID / 2 for one, other in pairwise(names))


def test_choices_stand_in_the_order_of_their_keys() -> None:
    found = drawn({"menu": ["c", "a", "b"], "a": [], "b": [], "c": []})
    places = found.tidied()
    assert sorted("abc", key=lambda name: places[name][1]) == ["c", "a", "b"]


def test_a_tree_has_no_crossings() -> None:
    links: dict[str, list[str | None]] = {
        "n0": ["n1", "n2", "n3"],
        "n1": ["n4", "n5"],
        "n2": ["n6"],
        "n3": ["n7", "n8"],
    }
    found = drawn({**{f"n{number}": [] for number in range(9)}, **links})
    places = found.tidied()
    column = [name for name in sorted(places, key=lambda name: places[name][1]) if places[name][0] == places["n4"][0]]
    assert column == ["n4", "n5", "n6", "n7", "n8"]


def test_a_way_back_to_the_menu_does_not_move_the_menu_right() -> None:
    found = drawn({"menu": ["times", "desk"], "times": ["menu"], "desk": ["end"], "end": []})
    places = found.tidied()
    assert places["menu"][0] < places["times"][0] == places["desk"][0] < places["end"][0]


def test_an_empty_flow_has_nothing_to_place() -> None:
    assert tidy(Flow("Empty"), {}, {}) == {}


def test_a_message_starts_a_column_of_its_own() -> None:
    found = drawn({"hello": ["end"], "end": [], "text": ["end"]})
    both = replace(found, flow=replace(found.flow, extras={"message_entry": "text"}))
    places = both.tidied()
    assert places["hello"][0] == places["text"][0] < places["end"][0]


def test_a_thousand_nodes_take_a_blink() -> None:
    links: dict[str, list[str | None]] = {}
    for number in range(1000):
        onward = [f"n{(number * 3 + step) % 1000 if step else number + 1}" for step in range(1 + number % 3)]
        links[f"n{number}"] = [
            name if name in {f"n{n}" for n in (number + 1, number + 2, number + 7)} or number % 5 else None
            for name in onward
        ]
    found = drawn(links)
    taken = []
    for _ in range(3):
        begun = time.process_time()
        found.tidied()
        taken.append(time.process_time() - begun)
    assert min(taken) < 0.4  # about 0.1 on two idle cores


@pytest.mark.parametrize("count", [3000])
def test_many_nodes_in_one_column_or_one_row_are_no_trap(count: int) -> None:
    star: dict[str, list[str | None]] = {"n0": [f"n{number}" for number in range(1, count)]}
    column = drawn({**star, **{f"n{number}": ["end"] for number in range(1, count)}, "end": []})
    row = drawn({f"n{number}": [f"n{number + 1}", f"n{count}", "n0"] for number in range(count)} | {f"n{count}": []})
    begun = time.process_time()
    assert len(column.tidied(pinned={"n5", "n6"})) == count - 1
    assert len(row.tidied()) == count + 1
    assert time.process_time() - begun < 5
