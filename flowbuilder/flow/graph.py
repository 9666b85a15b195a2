"""The flow as a networkx graph: built on demand, never stored."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    Graph: TypeAlias = nx.MultiDiGraph[str]
    # By node: where it leads. Plain dictionaries take a fraction of the time that the views of networkx take.
    Following: TypeAlias = Mapping[str, Iterable[str]] | Graph


class Link(NamedTuple):
    """An exit joined to a node. `passive` and `silent` are for the caller to give: a flow knows no step type."""

    source: str
    exit: str
    target: str
    passive: bool = False
    silent: bool = False


def flow_graph(nodes: Iterable[str], links: Iterable[Link]) -> Graph:
    """The nodes, and an edge per link with the exit as its key."""
    graph: Graph = nx.MultiDiGraph()
    graph.add_nodes_from(nodes)
    for link in links:
        graph.add_edge(link.source, link.target, link.exit, passive=link.passive, silent=link.silent)
    return graph


def graph_of_pairs(pairs: Iterable[tuple[str, str]]) -> nx.DiGraph[str]:
    """A plain graph of (source, target): for questions in which exits do not matter."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from(pairs)
    return graph


def may_go_round(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs (source, target) that are left once every node to which none leads is taken away, again and again."""
    following: dict[str, list[str]] = {}
    leading: dict[str, int] = {}
    for source, target in pairs:
        following.setdefault(source, []).append(target)
        leading[target] = leading.get(target, 0) + 1
    waiting = [source for source in following if source not in leading]
    while waiting:
        for target in following.pop(waiting.pop(), ()):
            leading[target] -= 1
            if not leading[target]:
                waiting.append(target)
    return [(source, target) for source, targets in following.items() for target in targets]


def distances(following: Following, starts: Iterable[str], *, stop: Container[str] = ()) -> dict[str, int]:
    """How many links each node is away from the nearest start, nearest first; no path leads on from `stop`."""
    found = dict.fromkeys(starts, 0)
    waiting = deque(found)
    while waiting:
        node = waiting.popleft()
        if node in stop:
            continue
        for target in following[node]:
            if target not in found:
                found[target] = found[node] + 1
                waiting.append(target)
    return found


def backwards(following: Following) -> dict[str, list[str]]:
    """The same ways the other way round: by node, where one comes from."""
    leading: dict[str, list[str]] = {node: [] for node in following}
    for source in following:
        for target in following[source]:
            leading[target].append(source)
    return leading


def cycles(graph: nx.DiGraph[str]) -> list[set[str]]:
    """The strongly connected components that a path can go round in: several nodes, or one that leads to itself."""
    return [part for part in nx.strongly_connected_components(graph) if len(part) > 1 or _leads_to_itself(graph, part)]


def _leads_to_itself(graph: nx.DiGraph[str], part: set[str]) -> bool:
    node = next(iter(part))
    return graph.has_edge(node, node)


def callers_first(following: Following, starts: Iterable[str]) -> list[str]:
    """The nodes that can be reached, each after the nodes that lead to it, save where links go back."""
    seen: set[str] = set()
    finished: list[str] = []
    for start in starts:
        if start in seen:
            continue
        seen.add(start)
        stack = [(start, iter(following[start]))]
        while stack:
            node, targets = stack[-1]
            for target in targets:
                if target not in seen:
                    seen.add(target)
                    stack.append((target, iter(following[target])))
                    break
            else:
                finished.append(node)
                stack.pop()
    return finished[::-1]
