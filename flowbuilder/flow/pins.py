"""Pins: the nodes that Tidy leaves where they are, kept in the flow file under `pinned`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flowbuilder.errors import EditRefused
from flowbuilder.flow.edit_reading import Edit, texts_in

if TYPE_CHECKING:
    from collections.abc import Collection

    from flowbuilder.flow.model import Flow

PINNED = "pinned"


def pinned_nodes(flow: Flow) -> frozenset[str]:
    """The pinned nodes that are there; whatever else the file has in that place is passed over."""
    listed = flow.extras.get(PINNED)
    known = listed if isinstance(listed, list) else []
    return frozenset(node_id for node_id in known if isinstance(node_id, str) and node_id in flow.nodes)


def pin_nodes(flow: Flow, edit: Edit) -> tuple[Flow, str]:
    """{nodes: [ids], pinned?: bool}: Tidy leaves these nodes where they are, or may move them again."""
    chosen = [node_id for node_id in dict.fromkeys(texts_in(edit, "nodes")) if node_id in flow.nodes]
    if not chosen:
        raise EditRefused("What was to be pinned is no longer there.")
    before = pinned_nodes(flow)
    pin = edit.get("pinned", True) is not False
    after = before | set(chosen) if pin else before - set(chosen)
    word = "Pin" if pin else "Unpin"
    label = f"{word} {chosen[0]}" if len(chosen) == 1 else f"{word} {len(chosen)} nodes"
    return replace(flow, extras=_with_pins(flow, after)), label


def without_pins(extras: dict[str, Any], gone: Collection[str]) -> dict[str, Any]:
    """The extras of a flow once these nodes have been deleted."""
    return _changed(extras, lambda listed: [node_id for node_id in listed if node_id not in gone])


def renamed_pins(extras: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """The extras of a flow once a node has another id."""
    return _changed(extras, lambda listed: [new if node_id == old else node_id for node_id in listed])


def _changed(extras: dict[str, Any], change: Any) -> dict[str, Any]:
    listed = extras.get(PINNED)
    if not isinstance(listed, list):
        return extras
    kept = change(listed)
    return {**extras, PINNED: kept} if kept else {name: value for name, value in extras.items() if name != PINNED}


def _with_pins(flow: Flow, pinned: Collection[str]) -> dict[str, Any]:
    extras = {name: value for name, value in flow.extras.items() if name != PINNED}
    return {**extras, PINNED: [node_id for node_id in flow.nodes if node_id in pinned]} if pinned else extras
