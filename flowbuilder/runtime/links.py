"""The URLs that a document carries: the version's base, the path, and the turn that tells a repeated webhook apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Links:
    """`base` is the URL of the version: `https://host/v1/flows/FLOW/VERSION`, without a slash at the end."""

    base: str

    def to(self, flow_id: str, version: str) -> Links:
        """The links of another flow's version under the same host."""
        return Links(f"{self.base.rsplit('/', 2)[0]}/{flow_id}/{version}")

    @property
    def flow_id(self) -> str:
        return self.base.rsplit("/", 2)[1]

    @property
    def version(self) -> str:
        return self.base.rsplit("/", 1)[1]

    def node(self, node_id: str, turn: int) -> str:
        """The node's endpoint."""
        return self.continuation(f"nodes/{node_id}", turn)

    def continuation(self, path: str, turn: int, **parameters: Any) -> str:
        """A path of the program, made absolute. `turn` numbers the document that the URL stands in."""
        query = urlencode({**parameters, "turn": turn}) if parameters else f"turn={turn}"
        return f"{self.base}/{path}{'&' if '?' in path else '?'}{query}"
