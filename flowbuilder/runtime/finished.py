"""Documents with nothing to fill in and nothing to decide: the same bytes for every call, so they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowbuilder.compiler import Program
    from flowbuilder.runtime.call import Call, Passage

# The turn stands in a document's URLs, so a loop makes many; beyond so many, begin anew.
MOST_KEPT = 4_096

Key = tuple[str | None, int, bool, str, int, str | None]


@dataclass(frozen=True, slots=True)
class Finished:
    """A document, and what the call has to remember of it. `served` is its event in the trace."""

    body: bytes
    served: dict[str, Any]
    passages: tuple[Passage, ...]
    marks: dict[str, int]
    owners: tuple[str, ...]

    @classmethod
    def of(cls, body: bytes, served: dict[str, Any], call: Call) -> Finished:
        return cls(body, dict(served), tuple(call.passages), dict(call.marks), tuple(call.owners))

    def remember_in(self, call: Call) -> None:
        """Leaves in the call what writing the document anew would leave there."""
        call.passages, call.marks, call.owners = list(self.passages), dict(self.marks), list(self.owners)


def begins_finished(program: Program, node_id: str, base: str) -> bool:
    """Whether a call that begins at the node gets a document that is kept: nothing is asked of the world for it."""
    return (node_id, 1, False, base, 1, None) in program.finished


def keep(kept: dict[Key, Finished], key: Key, finished: Finished) -> None:
    """Keeps one more, and never too many."""
    if len(kept) >= MOST_KEPT:
        kept.clear()
    kept[key] = finished
