"""Paste: nodes copied from this flow or another come in under fresh ids, with what they refer to among themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flowbuilder.errors import EditRefused, FlowFileError
from flowbuilder.flow.edit_reading import Edit, mapping_in, position_in
from flowbuilder.flow.expressions import (
    names_in_expression,
    names_in_text,
    rename_in_expression,
    rename_in_text,
)
from flowbuilder.flow.model import Flow, Node

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    BareExpressions = Callable[[Node], Collection[str]]
    FreeId = Callable[[Flow, str], str]

MOST_NODES = 1_000
IN_SCOPE = frozenset({"call", "vars", "env", "message", "secrets", "response"})


def paste(flow: Flow, edit: Edit, bare_expressions: BareExpressions, free_id: FreeId) -> tuple[Flow, str]:
    """{nodes: {id: node}, at?: [x, y]}: adds the nodes under fresh ids; `at` is where the first one's corner comes.

    Links and expressions that name nodes copied along follow them. Links to others are left out, and said in the label.
    """
    copied = _read(mapping_in(edit, "nodes"))
    fresh: dict[str, str] = {}
    grown = flow
    for old in copied:
        fresh[old] = free_id(grown, old)
        grown = grown.with_node(fresh[old], copied[old])
    left_out: set[str] = set()
    nodes = dict(flow.nodes)
    shift = _shift(copied, edit)
    for old, node in copied.items():
        bare = bare_expressions(node)
        left_out |= {target for target in node.exits.values() if target not in fresh}
        left_out |= {name for name in _named(node.settings, bare) if name not in fresh and name not in flow.nodes}
        nodes[fresh[old]] = replace(
            node,
            settings=_renamed(node.settings, bare, fresh),
            exits={exit: fresh[target] for exit, target in node.exits.items() if target in fresh},
            position=(node.position[0] + shift[0], node.position[1] + shift[1]),
        )
    label = f"Paste {next(iter(fresh.values()))}" if len(fresh) == 1 else f"Paste {len(fresh)} nodes"
    if left_out:
        label += f"; not copied along: {', '.join(sorted(left_out)[:5])}"
    entry = flow.entry if flow.entry in flow.nodes else next(iter(fresh.values()))
    return replace(flow, nodes=nodes, entry=entry), label


def _read(data: dict[str, Any]) -> dict[str, Node]:
    if not data:
        raise EditRefused("There is nothing to paste. Copy some nodes first.")
    if len(data) > MOST_NODES:
        raise EditRefused(f"At most {MOST_NODES:,} nodes can be pasted at once.")
    try:
        return Flow.from_json({"format": "flowbuilder/1", "name": "pasted", "nodes": data}).nodes
    except FlowFileError as error:
        raise EditRefused(f"What was copied is not a part of a flow. {error}") from error


def _shift(copied: dict[str, Node], edit: Edit) -> tuple[float, float]:
    if not edit.get("at"):
        return (40, 40)
    left = min(node.position[0] for node in copied.values())
    top = min(node.position[1] for node in copied.values())
    x, y = position_in(edit["at"])
    return (x - left, y - top)


def _named(value: Any, bare: Collection[str]) -> set[str]:
    """The nodes that the expressions among the settings name."""
    if isinstance(value, str):
        paths = names_in_expression(value) if value in bare else names_in_text(value)
        return {path[0] for path in paths if path[0] not in IN_SCOPE}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*(_named(part, bare) for part in inner))


def _renamed(value: Any, bare: Collection[str], fresh: dict[str, str]) -> Any:
    if isinstance(value, str):
        rename = rename_in_expression if value in bare else rename_in_text
        # By way of names that nobody has, so that two nodes which swap names do not meet.
        for number, old in enumerate(fresh):
            value = rename(value, old, f"__{number}__")
        for number, new in enumerate(fresh.values()):
            value = rename(value, f"__{number}__", new)
        return value
    if isinstance(value, dict):
        return {key: _renamed(part, bare, fresh) for key, part in value.items()}
    if isinstance(value, list):
        return [_renamed(part, bare, fresh) for part in value]
    return value
