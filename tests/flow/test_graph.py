"""The graph of a flow: what leads where, how far it is, and what goes round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.flow.graph import (
    Link,
    backwards,
    callers_first,
    cycles,
    distances,
    flow_graph,
    graph_of_pairs,
    may_go_round,
)
from flowbuilder.flow.model import Flow, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.flow.graph import Graph


def flow_of(**links: str) -> Flow:
    """Nodes named a to z; `a="b c"` leads a by x0 to b and by x1 to c."""
    names = sorted({*links, *" ".join(links.values()).split()})
    return Flow(
        "Drawn",
        names[0],
        {
            name: Node("speak", {}, {f"x{number}": to for number, to in enumerate(links.get(name, "").split())})
            for name in names
        },
    )


def links_of(flow: Flow) -> Iterator[Link]:
    """Every exit that leads to a node of the flow, as the file has them."""
    for node_id, node in flow.nodes.items():
        for exit, target in node.exits.items():
            if target in flow.nodes:
                yield Link(node_id, exit, target)


def graph_of(flow: Flow) -> Graph:
    return flow_graph(flow.nodes, links_of(flow))


@st.composite
def random_flows(draw: st.DrawFn) -> Flow:
    names = "abcdef"[: draw(st.integers(1, 6))]
    links = {name: " ".join(draw(st.lists(st.sampled_from(names), max_size=3))) for name in names}
    return flow_of(**links)


def test_every_connected_exit_is_an_edge_and_every_node_is_there() -> None:
    graph = graph_of(flow_of(a="b b", b="a", c=""))
    assert list(graph.nodes) == ["a", "b", "c"]
    assert list(graph.edges(keys=True)) == [("a", "b", "x0"), ("a", "b", "x1"), ("b", "a", "x0")]


def test_an_exit_that_leads_nowhere_is_no_edge() -> None:
    flow = Flow("Drawn", "a", {"a": Node("speak", {}, {"next": "gone"})})
    assert list(links_of(flow)) == []
    assert list(graph_of(flow).edges) == []


def test_links_given_by_the_caller_carry_their_marks() -> None:
    links = [Link("a", "next", "b", passive=True, silent=True), Link("b", "no_input", "a", passive=True)]
    graph = flow_graph("ab", links)
    assert graph.edges["b", "a", "no_input"] == {"passive": True, "silent": False}
    assert cycles(graph_of_pairs([("a", "b")])) == []
    assert cycles(graph_of_pairs([("a", "b"), ("b", "a")])) == [{"a", "b"}]


@given(flow=random_flows())
def test_distances_count_links_and_come_nearest_first(flow: Flow) -> None:
    found = distances(graph_of(flow), ["a"])
    assert list(found.values()) == sorted(found.values())
    assert found["a"] == 0
    for link in links_of(flow):
        if link.source in found:
            assert found[link.target] <= found[link.source] + 1
    for node_id, count in found.items():
        assert count == 0 or any(
            link.target == node_id and found.get(link.source) == count - 1 for link in links_of(flow)
        )


@given(flow=random_flows(), end=st.sampled_from("abcdef"))
def test_what_leads_to_an_end_is_what_the_end_can_be_reached_from(flow: Flow, end: str) -> None:
    graph = graph_of(flow)
    if end in flow.nodes:
        assert set(distances(backwards(graph), [end])) == {
            name for name in flow.nodes if end in distances(graph, [name])
        }


@given(flow=random_flows())
def test_a_node_is_in_a_cycle_where_it_leads_back_to_itself(flow: Flow) -> None:
    graph = graph_of(flow)
    in_cycle = {name for name in flow.nodes if any(name in distances(graph, [to]) for to in graph.adj[name])}
    assert set().union(*cycles(graph)) == in_cycle
    pairs = [(link.source, link.target) for link in links_of(flow)]
    assert set().union(*cycles(graph_of_pairs(may_go_round(pairs)))) == in_cycle
    assert bool(may_go_round(pairs)) == bool(in_cycle)


@given(flow=random_flows())
def test_callers_come_first_wherever_nothing_leads_back(flow: Flow) -> None:
    graph = graph_of(flow)
    order = callers_first(graph, ["a"])
    assert sorted(order) == sorted(distances(graph, ["a"]))
    for link in links_of(flow):
        if link.source in order and link.source not in distances(graph, [link.target]):
            assert order.index(link.source) < order.index(link.target)


def test_no_path_leads_on_from_where_it_stops() -> None:
    assert distances(graph_of(flow_of(a="b", b="c")), ["a"], stop={"b"}) == {"a": 0, "b": 1}
