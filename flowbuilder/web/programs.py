"""The programs that calls run, kept in memory: a version never changes, and a draft's revision neither."""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

from flowbuilder.compiler import Program, compile_flow
from flowbuilder.errors import NotFound

if TYPE_CHECKING:
    from flowbuilder.store import Store

MOST_KEPT = 256
VERSION = re.compile(r"(?P<draft>draft-)?(?P<number>[1-9][0-9]{0,8})")


def is_draft(version: str) -> bool:
    """Whether the VERSION of an address names a revision of the draft, not a published version."""
    return version.startswith("draft-")


class Programs:
    """By flow and VERSION as it stands in the address. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, str], Program] = OrderedDict()

    def get(self, flow_id: str, version: str) -> Program:
        """The program. Raises NotFound, or FlowHasErrors for a draft that cannot be compiled."""
        key = (flow_id, version)
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        program = self._load(flow_id, version)
        with self._lock:
            self._kept[key] = program
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return program

    def _load(self, flow_id: str, version: str) -> Program:
        match = VERSION.fullmatch(version)
        if match is None:
            raise NotFound(f"The flow {flow_id} has no version “{version[:40]}”.")
        number = int(match["number"])
        if match["draft"]:
            return compile_flow(self._store.flows.load(flow_id, number))
        return Program.from_json(json.loads(self._store.versions.get(flow_id, number).program_json))
