"""A flow as the editor shows it: one revision with its problems and its cards, and what of it is live."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from flowbuilder.checks import View, problems_in, view_after
from flowbuilder.checks.view import nothing_collected
from flowbuilder.web.cards import CardView, card_views
from flowbuilder.web.deployed import deployment_of
from flowbuilder.web.flow_uses import flows_named_in, problems_between
from flowbuilder.web.problem_rows import Row, problem_rows
from flowbuilder.web.since import changes_for_caller

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowbuilder.flow.model import Flow
    from flowbuilder.flow.problems import Problem
    from flowbuilder.steps import Reading
    from flowbuilder.store import FlowRow, Store
    from flowbuilder.web import Flowbuilder

MOST_KEPT = 24
# The views read last, for who asks more of them soon, each with its flow's id.
VIEWS: deque[tuple[str, View]] = deque(maxlen=8)


@dataclass(frozen=True)
class Draft:
    """One revision, read and checked."""

    flow_id: str
    revision: int
    flow: Flow
    problems: list[Problem]
    cards: dict[str, CardView]
    readings: Mapping[str, Reading]

    @property
    def view(self) -> View:
        """The flow as the checks saw it; made anew for a revision that was read some time ago."""
        views = [view for flow_id, view in reversed(list(VIEWS)) if flow_id == self.flow_id]
        own = next((view for view in views if view.flow is self.flow), None)
        if own is None:
            own = view_after(views[0], self.flow) if views else View(self.flow)
            VIEWS.append((self.flow_id, own))
        return own

    @cached_property
    def counts(self) -> Counter[str]:
        """How many problems there are of each severity."""
        return Counter(problem.severity for problem in self.problems)

    @property
    def errors(self) -> int:
        return self.counts["error"]

    @property
    def warnings(self) -> int:
        return self.counts["warning"]

    @cached_property
    def flows_named(self) -> list[tuple[str, str]]:
        """The flows that this one goes on in."""
        return list(flows_named_in(self.flow))

    @cached_property
    def rows(self) -> list[Row]:
        """The problems as the page lists them."""
        return problem_rows(self.flow, self.problems)

    def cards_of_same_nodes(self, flow: Flow) -> dict[str, CardView]:
        return {name: self.cards[name] for name, node in flow.nodes.items() if self.flow.nodes.get(name) is node}

    def problems_of(self, node: str) -> list[Problem]:
        return [problem for problem in self.problems if problem.node == node]


@dataclass(frozen=True)
class Live:
    """What callers get now: the version, its numbers, and how many changes the draft has for a caller."""

    version: int
    numbers: list[str]
    changes: int


class Drafts:
    """The revisions read last. A revision never changes, so what was read once stays true."""

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[Store, OrderedDict[tuple[str, int], Draft]] = WeakKeyDictionary()
        self._lock = Lock()

    def at(self, store: Store, flow_id: str, revision: int) -> Draft:
        """The flow as it was at a revision; raises NotFound when there never was one."""
        key = (flow_id, revision)
        with self._lock:
            kept = self._kept.setdefault(store, OrderedDict())
            if key in kept:
                kept.move_to_end(key)
                return kept[key]
            near = next((draft for draft in reversed(kept.values()) if draft.flow_id == flow_id), None)
        flow = store.flows.load(flow_id, revision)
        return self._keep(kept, read_draft(flow_id, revision, flow, near))

    def head(self, store: Store, row: FlowRow) -> Draft:
        """The flow as it is now. After an undo or a redo it is what it was at an entry of the history."""
        with self._lock:
            kept = self._kept.setdefault(store, OrderedDict())
            same = kept.get((row.id, row.entry)) if (row.id, row.revision) not in kept else None
        if same is None:
            return self.at(store, row.id, row.revision)
        return self._keep(kept, replace(same, revision=row.revision))

    def follow(self, store: Store, before: Draft, revision: int, flow: Flow) -> Draft:
        """Keeps what an edit of `before` has made; what the edit left alone need not be drawn again."""
        with self._lock:
            kept = self._kept.setdefault(store, OrderedDict())
        return self._keep(kept, read_draft(before.flow_id, revision, flow, before))

    def _keep(self, kept: OrderedDict[tuple[str, int], Draft], draft: Draft) -> Draft:
        with self._lock:
            kept[draft.flow_id, draft.revision] = draft
            while len(kept) > MOST_KEPT:
                kept.popitem(last=False)
        return draft


def read_draft(flow_id: str, revision: int, flow: Flow, before: Draft | None = None) -> Draft:
    """Reads and checks a flow. Nodes that are the same in `before` are not read again, and keep their cards."""
    with nothing_collected():
        flow = _sharing(flow, before.flow) if before else flow
        view = view_after(before.view, flow) if before else View(flow)
        problems = problems_in(view)
        known = before.cards_of_same_nodes(flow) if before else {}
        cards = card_views(flow, view.readings, problems, known)
    VIEWS.append((flow_id, view))
    return Draft(flow_id, revision, flow, problems, cards, view.readings)


def _sharing(flow: Flow, other: Flow) -> Flow:
    """The flow with the very nodes of the other where both have the same: they need not be read again."""
    nodes = {
        name: old if (old := other.nodes.get(name)) is not node and old == node else node
        for name, node in flow.nodes.items()
    }
    return replace(flow, nodes=nodes)


DRAFTS = Drafts()


def head_of(fb: Flowbuilder, row: FlowRow) -> Draft:
    """The draft as it is now, with what is wrong between it and other flows."""
    return _among_flows(fb, DRAFTS.head(fb.store, row))


def draft_among_flows(fb: Flowbuilder, flow_id: str, revision: int) -> Draft:
    """A revision, with what is now wrong between it and the flows that it goes on in: that is never kept."""
    return _among_flows(fb, DRAFTS.at(fb.store, flow_id, revision))


def _among_flows(fb: Flowbuilder, draft: Draft) -> Draft:
    between = problems_between(fb, draft.flow_id, draft.flow) if draft.flows_named else []
    if not between:
        return draft
    problems = [*between, *draft.problems]
    return replace(draft, problems=problems, cards=card_views(draft.flow, draft.readings, problems, draft.cards))


def live_of(fb: Flowbuilder, row: FlowRow) -> Live | None:
    """What of this flow is live on the account in use; None while nothing is."""
    deployment = deployment_of(fb, row.id)
    if deployment is None:
        return None
    changes = 0
    published = fb.store.versions.get(row.id, deployment.version)
    if published.revision != row.revision:
        changes = changes_for_caller(published.flow, DRAFTS.head(fb.store, row).flow)
    return Live(deployment.version, [entry["number"] for entry in deployment.numbers], changes)
