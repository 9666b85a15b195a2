"""An exit, or the entry of messages, leads to a node that is not in the flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.view import Looked, View


def check(view: View, looked: list[Looked]) -> Iterator[Problem]:
    """`unknown-node`: an exit names a node that does not exist."""
    for node_id, node, *_ in looked:
        for exit, target in node.exits.items():
            if target not in view.flow.nodes:
                message = (
                    f"“{exit[:64]}” leads to “{target[:64]}”, which is not in the flow. "
                    "Connect it to a node, or disconnect it."
                )
                yield Problem("unknown-node", message, node=node_id, exit=exit)


def check_message_entry(view: View) -> Iterator[Problem]:
    """`unknown-node`, at no node: the entry of messages is one that does not exist."""
    entry = view.message_entry
    if entry is not None and entry not in view.flow.nodes:
        message = f"Messages should begin at “{entry[:64]}”, which is not in the flow. Choose another node, or none."
        yield Problem("unknown-node", message)
