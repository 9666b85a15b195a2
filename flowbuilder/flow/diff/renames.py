"""Recognises nodes that only have another name: same content, other id, or same place between the same neighbours."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flowbuilder.flow.expressions import rename_in_expression, rename_in_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from flowbuilder.flow.model import Flow, Node

    Incoming = Mapping[str, set[tuple[str, str]]]

MOST_PAIRS = 20_000


def find_renames(old: Flow, new: Flow) -> dict[str, str]:
    """Old id -> new id of the nodes that were renamed. A node that is in both under its id was not."""
    gone = [node_id for node_id in old.nodes if node_id not in new.nodes]
    come = [node_id for node_id in new.nodes if node_id not in old.nodes]
    renamed: dict[str, str] = {}
    if not gone or not come:
        return renamed
    contents: list[tuple[Callable[[Node], str], Callable[[Node], str]]] = [
        (_content, _content),
        (_nameless_content(gone), _nameless_content(come)),
    ]
    into_old, into_new = _incoming(old), _incoming(new)
    for content_of_old, content_of_new in contents:
        groups: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for node_id in gone:
            if node_id not in renamed:
                groups[content_of_old(old.nodes[node_id])][0].append(node_id)
        taken = set(renamed.values())
        for node_id in come:
            if node_id not in taken:
                groups[content_of_new(new.nodes[node_id])][1].append(node_id)
        for left, right in groups.values():
            _match(renamed, left, right, lambda one, other: _alike(old, new, into_old, into_new, renamed, one, other))
    _match_places(renamed, old, new, into_old, into_new, gone, come)
    return renamed


def renamed_flow(flow: Flow, renamed: Mapping[str, str], bare: Callable[[Node], Collection[str]]) -> Flow:
    """The flow with other ids: links, entries and every expression that names a node follow."""
    if not renamed:
        return flow
    nodes = {}
    for node_id, node in flow.nodes.items():
        exits = {exit: renamed.get(target, target) for exit, target in node.exits.items()}
        settings = _followed(node.settings, renamed, bare(node))
        nodes[renamed.get(node_id, node_id)] = replace(node, exits=exits, settings=settings)
    extras = dict(flow.extras)
    if isinstance(extras.get("message_entry"), str):
        extras["message_entry"] = renamed.get(extras["message_entry"], extras["message_entry"])
    entry = renamed.get(flow.entry, flow.entry) if flow.entry else flow.entry
    return replace(flow, nodes=nodes, entry=entry, extras=extras)


def _followed(value: Any, renamed: Mapping[str, str], bare: Collection[str]) -> Any:
    if isinstance(value, str):
        is_bare = value in bare
        if is_bare or "{{" in value:
            for name in dict.fromkeys(re.findall(r"[a-z][a-z0-9_]*", value)):
                if name in renamed:
                    value = (rename_in_expression if is_bare else rename_in_text)(value, name, renamed[name])
        return value
    if isinstance(value, dict):
        return {_followed(key, renamed, ()): _followed(inner, renamed, bare) for key, inner in value.items()}
    if isinstance(value, list):
        return [_followed(inner, renamed, bare) for inner in value]
    return value


def _content(node: Node) -> str:
    return f"{node.type} {json.dumps(node.settings, sort_keys=True)}"


def _nameless_content(ids: Collection[str]) -> Callable[[Node], str]:
    """A node's content with these ids blotted out, since expressions in it may name them."""
    names = frozenset(ids)

    def content(node: Node) -> str:
        return re.sub(r"\b[a-z][a-z0-9_]*\b", lambda found: "_" if found[0] in names else found[0], _content(node))

    return content


def _incoming(flow: Flow) -> dict[str, set[tuple[str, str]]]:
    into: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for node_id, node in flow.nodes.items():
        for exit, target in node.exits.items():
            into[target].add((node_id, exit))
    return into


def _alike(
    old: Flow, new: Flow, into_old: Incoming, into_new: Incoming, renamed: Mapping[str, str], one: str, other: str
) -> int:
    """How many links of two nodes agree, as far as is known by now what the old nodes are called."""
    before, after = old.nodes[one], new.nodes[other]
    onward = sum(after.exits.get(exit) == renamed.get(target, target) for exit, target in before.exits.items())
    backward = {(renamed.get(source, source), exit) for source, exit in into_old.get(one, ())}
    return onward + len(backward & into_new.get(other, set())) + (old.entry == one and new.entry == other)


def _match(renamed: dict[str, str], left: list[str], right: list[str], alike: Callable[[str, str], int]) -> None:
    """Pairs nodes of the same content, those first whose links agree most; one pair alone needs no agreement."""
    if not left or not right:
        return
    if len(left) * len(right) > MOST_PAIRS:
        return
    pairs = sorted(
        ((-alike(one, other), row, column) for row, one in enumerate(left) for column, other in enumerate(right))
    )
    alone = len(left) == len(right) == 1
    used: set[str] = set()
    for agreement, row, column in pairs:
        one, other = left[row], right[column]
        if one in renamed or other in used or (agreement == 0 and not alone):
            continue
        renamed[one] = other
        used.add(other)


def _match_places(
    renamed: dict[str, str],
    old: Flow,
    new: Flow,
    into_old: Incoming,
    into_new: Incoming,
    gone: Iterable[str],
    come: Iterable[str],
) -> None:
    """Pairs nodes of one type that stand in the same place: the same links lead to them and on from them."""
    taken = set(renamed.values())
    places: dict[Any, str] = {}
    for node_id in come:
        if node_id not in taken and into_new.get(node_id):
            node = new.nodes[node_id]
            places[node.type, frozenset(into_new[node_id]), frozenset(node.exits.items())] = node_id
    for node_id in gone:
        if node_id in renamed:
            continue
        node = old.nodes[node_id]
        into = frozenset((renamed.get(source, source), exit) for source, exit in into_old.get(node_id, ()))
        onward = frozenset((exit, renamed.get(target, target)) for exit, target in node.exits.items())
        found = places.pop((node.type, into, onward), None)
        if found is not None:
            renamed[node_id] = found
