"""What of our publishing somebody has changed in the account since: looked for, shown, taken back or accepted."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field, replace
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from flowbuilder.errors import EditRefused, FlowbuilderError, NotFound
from flowbuilder.publishing.application_fields import FLAGS, TEXTS
from flowbuilder.publishing.drift import Drift, Facts, accept, accepted_fields, find_drift, find_drifts, take_back
from flowbuilder.web.carrying_out import Event as RunEvent
from flowbuilder.web.carrying_out import Task, carry_out, recover, refuse_while_busy
from flowbuilder.web.deployed import deployment_of
from flowbuilder.web.publishing_steps import desired_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from flowbuilder.publishing.changes import Plan
    from flowbuilder.store import DeploymentRow
    from flowbuilder.web import Flowbuilder

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 300.0
Key = tuple[str, str]


@dataclass(frozen=True)
class Found:
    """What the last look at a deployment found; `refusal` is why it could not be looked at."""

    drifts: list[Drift] = field(default_factory=list)
    looked_at: datetime | None = None
    refusal: str = ""


class DriftBoard:
    """The last looks, by flow and deployment. Safe to share between threads."""

    def __init__(self) -> None:
        self._found: dict[Key, Found] = {}
        self._lock = Lock()

    def get(self, flow_id: str, deployment: str) -> Found:
        with self._lock:
            return self._found.get((flow_id, deployment), Found())

    def put(self, flow_id: str, deployment: str, found: Found) -> None:
        with self._lock:
            self._found[flow_id, deployment] = found

    def of_flow(self, flow_id: str) -> dict[str, list[Drift]]:
        """The drifts of a flow's deployments that have any."""
        with self._lock:
            return {name: found.drifts for (id, name), found in self._found.items() if id == flow_id and found.drifts}

    def forget(self, flow_id: str, deployment: str) -> None:
        with self._lock:
            self._found.pop((flow_id, deployment), None)


class Watch:
    """A thread that ends what broke off, then looks at every account again and again."""

    def __init__(self, fb: Flowbuilder, seconds: float = SECONDS_BETWEEN_LOOKS) -> None:
        self._fb = fb
        self._seconds = seconds
        self._stopped = Event()

    def start(self) -> Thread:
        thread = Thread(target=self._run, name="watch", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        self._stopped.set()

    def _run(self) -> None:
        while True:
            try:
                recover(self._fb)
                look_everywhere(self._fb)
            except Exception:
                logger.exception("A look at the accounts failed")
            if self._stopped.wait(self._seconds):
                return


def look_everywhere(fb: Flowbuilder) -> None:
    """Looks at every deployment that is live; what an account's deployments share is read once."""
    by_account: dict[str, list[DeploymentRow]] = {}
    for row in fb.store.deployments.list():
        by_account.setdefault(row.account, []).append(row)
    for auth_id, rows in by_account.items():
        try:
            facts = [facts_of(fb, row) for row in rows]
            found = [Found(drifts, fb.clock()) for drifts in find_drifts(fb.accounts.get(auth_id), facts)]
        except FlowbuilderError as refusal:
            found = [replace(fb.drifts.get(row.flow_id, row.name), refusal=str(refusal)) for row in rows]
        for row, one in zip(rows, found, strict=True):
            # What was published while we looked is newer than what we saw.
            if fb.store.deployments.get(row.flow_id, row.name) == row:
                fb.drifts.put(row.flow_id, row.name, one)


def look(fb: Flowbuilder, flow_id: str, deployment: str) -> Found:
    """Looks at one deployment now. Raises NotFound where nothing is live there, PlivoRefused."""
    row = _live(fb, flow_id, deployment)
    found = Found(find_drift(fb.accounts.get(row.account), facts_of(fb, row)), fb.clock())
    fb.drifts.put(flow_id, deployment, found)
    return found


def facts_of(fb: Flowbuilder, row: DeploymentRow) -> Facts:
    """What the deployment believes to be in the account."""
    flow = fb.store.versions.get(row.flow_id, row.version).flow
    desired = desired_for(fb, row.flow_id, row.version, flow, row.name)
    accepted = _accepted(fb, row)
    return Facts(row.app_id, row.app_name, desired, row.numbers, row.endpoints, accepted)


def plan_back(fb: Flowbuilder, flow_id: str, deployment: str) -> tuple[DeploymentRow, Plan]:
    """What takes everything back that drifted."""
    row = _live(fb, flow_id, deployment)
    return row, take_back(fb.accounts.get(row.account), facts_of(fb, row))


def take_all_back(fb: Flowbuilder, flow_id: str, deployment: str, author: str = "") -> Iterator[RunEvent]:
    """Sets the account up again as it was published, step by step as publishing does."""
    refuse_while_busy(fb, flow_id, deployment)
    row, plan = plan_back(fb, flow_id, deployment)
    task = Task(flow_id, deployment, "publish", row.version, plan, author)
    for event in carry_out(fb, fb.accounts.get(row.account), task):
        if event.ok:
            fb.drifts.forget(flow_id, deployment)
        yield event


def accept_all(fb: Flowbuilder, flow_id: str, deployment: str) -> list[Drift]:
    """Takes the account as it is now, and changes nothing there; gives what was accepted."""
    refuse_while_busy(fb, flow_id, deployment)
    row = _live(fb, flow_id, deployment)
    facts = facts_of(fb, row)
    drifts = find_drift(fb.accounts.get(row.account), facts)
    if not drifts:
        raise EditRefused("Everything is as it was published; there is nothing to accept.")
    plan = accept(row.account, facts, drifts)
    if plan.application.app_id is None:
        fb.store.deployments.delete(flow_id, deployment)
    else:
        numbers = {f"+{one.number}" for one in plan.numbers}
        endpoints = {one.endpoint_id for one in plan.endpoints}
        kept = replace(
            row,
            numbers=[one for one in row.numbers if one["number"] in numbers],
            endpoints=[one for one in row.endpoints if one["endpoint_id"] in endpoints],
        )
        fb.store.deployments.put(kept)
        _keep_fields(fb, row, accepted_fields(drifts))
    fb.drifts.forget(flow_id, deployment)
    return drifts


def _keep_fields(fb: Flowbuilder, row: DeploymentRow, fields: dict[str, Any]) -> None:
    """Settings of the deployment become what they are now; one of ours is accepted for this version only."""
    settings = fb.store.deployment_settings.get(row.flow_id, row.name)
    stated = {name: value for name, value in fields.items() if name in FLAGS or name in TEXTS}
    if settings is not None and stated:
        fb.store.deployment_settings.put(replace(settings, application={**settings.application, **stated}))
    ours = {name: value for name, value in fields.items() if name not in stated}
    if ours:
        kept = {"version": row.version, "fields": {**_accepted(fb, row), **ours}}
        fb.store.installation_settings.put(_setting(row), json.dumps(kept))


def _accepted(fb: Flowbuilder, row: DeploymentRow) -> dict[str, Any]:
    kept = fb.store.installation_settings.get(_setting(row))
    found = json.loads(kept) if kept else {}
    return dict(found["fields"]) if found.get("version") == row.version else {}


def _setting(row: DeploymentRow) -> str:
    return f"accepted {row.flow_id} {row.name}"


def _live(fb: Flowbuilder, flow_id: str, deployment: str) -> DeploymentRow:
    row = deployment_of(fb, flow_id, deployment)
    if row is None:
        raise NotFound(f"“{fb.store.flows.get(flow_id).name}” is not published on {deployment}.")
    return row
