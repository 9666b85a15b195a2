"""How a difference is put into words. A flow knows no step type; who knows the steps gives a better Wording."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

    from flowbuilder.flow.model import Node

EMPTY = "empty"
MISSING: Any = object()


def words(name: str) -> str:
    """An exit's or a setting's name as words: `no_input` gives `no input`."""
    return name.replace("_", " ")


class Wording:
    """The words of the flow file itself."""

    def node(self, node: Node) -> str:
        """What a node is, in a few words."""
        return words(node.type)

    def setting(self, node: Node, name: str) -> str:
        """What a setting is called."""
        return words(name)

    def value(self, node: Node, name: str, value: Any) -> str:
        """A setting's value, or one entry of it where it is a list or a mapping."""
        if value in (None, "", [], {}):
            return EMPTY
        if isinstance(value, str):
            return f"“{value}”"
        if isinstance(value, bool):
            return "on" if value else "off"
        return json.dumps(value, ensure_ascii=False)

    def default(self, node: Node, name: str) -> Any:
        """What holds where the setting is absent; MISSING where that is not known."""
        return MISSING

    def bare_expressions(self, node: Node) -> Collection[str]:
        """The texts among a node's settings that are expressions without {{ }}."""
        return ()
