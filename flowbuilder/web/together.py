"""Several people, or tabs, on one flow: each learns within a second what others changed, and that they are there."""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING

from flask import Blueprint, jsonify, request

from flowbuilder.web import current
from flowbuilder.web.access import csrf_token
from flowbuilder.web.changes import Outcome, Page, answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

together = Blueprint("together", __name__)

SECONDS_UNSEEN = 4.0
MOST_FLOWS = 1_000
LONGEST_TAB = 40


class Presence:
    """Which tabs have asked of which flow in the last seconds. Safe to share between threads."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = Lock()
        self._seen: dict[str, dict[str, float]] = {}

    def others(self, flow_id: str, tab: str) -> int:
        """Notes that the tab is there, and tells how many others are."""
        now = self._monotonic()
        with self._lock:
            if len(self._seen) >= MOST_FLOWS and flow_id not in self._seen:
                self._seen.clear()
            tabs = self._seen.setdefault(flow_id, {})
            tabs[tab] = now
            self._seen[flow_id] = {name: seen for name, seen in tabs.items() if now - seen < SECONDS_UNSEEN}
            return len(self._seen[flow_id]) - 1

    def leave(self, flow_id: str, tab: str) -> None:
        with self._lock:
            self._seen.get(flow_id, {}).pop(tab, None)


PRESENCE = Presence()


@together.get("/flows/<flow_id>/pulse")
def pulse(flow_id: str) -> ResponseReturnValue:
    """The draft's revision, how many other tabs have the flow open, and the token that this login's edits need."""
    row = current().store.flows.get(flow_id)
    tab = request.args.get("tab", "")[:LONGEST_TAB]
    return jsonify({"revision": row.revision, "others": PRESENCE.others(flow_id, tab), "csrf": csrf_token()})


@together.post("/flows/<flow_id>/catch-up")
def catch_up(flow_id: str) -> ResponseReturnValue:
    """What has changed since the revision that the page shows, as partials. What is being typed stays."""
    form = request.form
    page = Page(flow_id, form.get("revision", 1, type=int), form.get("inspecting", ""), form.get("tab", "settings"))
    return answer(current(), page, Outcome(keeps_inspector=bool(form.get("typing"))))
