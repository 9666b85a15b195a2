"""Where a flow stands: what is wrong with it, what of it is live, and whether it has changed since."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from flowbuilder.checks import problems_in
from flowbuilder.checks.view import View
from flowbuilder.store import PRODUCTION
from flowbuilder.web.cards import card_views
from flowbuilder.web.deployed import deployment_of
from flowbuilder.web.drawing import draw_cards
from flowbuilder.web.since import changes_for_caller

if TYPE_CHECKING:
    from datetime import datetime

    from markupsafe import Markup

    from flowbuilder.flow.model import Flow
    from flowbuilder.store import FlowRow, Store
    from flowbuilder.web import Flowbuilder

MOST_KEPT = 500


@dataclass(frozen=True)
class Look:
    """What can be said of one revision once and for all; revisions never change."""

    drawing: Markup
    description: str
    steps: int
    errors: int
    warnings: int


@dataclass(frozen=True)
class FlowState:
    """One flow as a card shows it. `live_version` is None while nothing of it is published."""

    id: str
    name: str
    description: str
    edited_at: datetime
    look: Look
    live_version: int | None
    numbers: list[str]
    changes: int

    @property
    def is_live(self) -> bool:
        return self.live_version is not None

    @property
    def changed_since(self) -> bool:
        """Whether a caller would notice if the draft were published."""
        return self.changes > 0


class Looks:
    """The looks of the revisions seen last, so that a home page of many flows stays quick."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: WeakKeyDictionary[Store, OrderedDict[tuple[str, int], Look]] = WeakKeyDictionary()
        self._lock = Lock()

    def of(self, store: Store, row: FlowRow) -> Look:
        """The look of the flow as it is now."""
        key = (row.id, row.revision)
        with self._lock:
            kept = self._kept.setdefault(store, OrderedDict())
            if key in kept:
                kept.move_to_end(key)
                return kept[key]
        look = look_at(store.flows.load(*key))
        with self._lock:
            kept[key] = look
            while len(kept) > self._most:
                kept.popitem(last=False)
        return look


def look_at(flow: Flow) -> Look:
    """Draws and checks the flow."""
    view = View(flow)
    problems = problems_in(view)
    severities = [problem.severity for problem in problems]
    return Look(
        drawing=draw_cards(card_views(flow, view.readings, problems)),
        description=str(flow.extras.get("description") or ""),
        steps=len(flow.nodes),
        errors=severities.count("error"),
        warnings=severities.count("warning"),
    )


LOOKS = Looks()


def state_of(fb: Flowbuilder, row: FlowRow, name: str = PRODUCTION) -> FlowState:
    """Reads the flow's draft and what of it is live on a deployment."""
    deployment = deployment_of(fb, row.id, name)
    look = LOOKS.of(fb.store, row)
    return FlowState(
        id=row.id,
        name=row.name,
        description=look.description,
        edited_at=row.updated_at,
        look=look,
        live_version=deployment.version if deployment else None,
        numbers=[entry["number"] for entry in deployment.numbers] if deployment else [],
        changes=_changes(fb, row, deployment.version) if deployment else 0,
    )


def _changes(fb: Flowbuilder, row: FlowRow, version: int) -> int:
    """How many changes the draft has, for a caller, since the version."""
    published = fb.store.versions.get(row.id, version)
    if published.revision == row.revision:
        return 0
    return changes_for_caller(published.flow, fb.store.flows.load(row.id, row.revision))
