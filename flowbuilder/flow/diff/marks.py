"""A comparison as a drawing shows it: which nodes and links are new, other or gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowbuilder.flow.diff.changes import Change

OF_NODE = {"added": "added", "removed": "removed", "renamed": "renamed", "step": "changed", "setting": "changed"}


@dataclass(frozen=True, slots=True)
class Marked:
    """By node: added, removed, renamed or changed; by node and exit: added, removed or changed."""

    nodes: Mapping[str, str]
    links: Mapping[tuple[str, str], str]

    def to_json(self) -> dict[str, Any]:
        links = [{"node": node, "exit": exit, "is": mark} for (node, exit), mark in self.links.items()]
        return {"nodes": dict(self.nodes), "links": links}


def marked(changes: Iterable[Change]) -> Marked:
    """What to mark for these changes. A node with changed links only is changed too, being what the author opens."""
    nodes: dict[str, str] = {}
    links: dict[tuple[str, str], str] = {}
    for change in changes:
        if change.node is None:
            continue
        if change.kind == "link":
            mark = "added" if change.before is None else "removed" if change.after is None else "changed"
            links[change.node, str(change.exit)] = mark
            nodes.setdefault(change.node, "changed")
        elif change.kind == "added":
            exits = change.after["exits"] if isinstance(change.after, dict) else {}
            links |= dict.fromkeys(((change.node, exit) for exit in exits), "added")
            nodes[change.node] = "added"
        elif change.kind == "renamed" or nodes.get(change.node) in (None, "renamed"):
            nodes[change.node] = OF_NODE[change.kind]
    return Marked(nodes, links)
