"""Carries out a plan with a journal of it, and keeps what is live afterwards; what broke off is taken up again."""

from __future__ import annotations

import logging
import os
import socket
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from flowbuilder.errors import EditRefused, FlowbuilderError, NotFound
from flowbuilder.publishing.apply import apply_plan, resume
from flowbuilder.publishing.changes import Plan
from flowbuilder.store import PRODUCTION, DeploymentRow
from flowbuilder.store.publish_runs import BUSY, this_process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.publishing.account import Account
    from flowbuilder.publishing.apply import Outcome, Result
    from flowbuilder.store.publish_runs import PublishRunRow, RunKind, RunState
    from flowbuilder.web import Flowbuilder

logger = logging.getLogger(__name__)

# Longer than any single request to Plivo with its repeats: a run that is silent for so long has died.
SILENT_HERE = timedelta(minutes=2)
SILENT_ELSEWHERE = timedelta(minutes=10)


@dataclass(frozen=True)
class Event:
    """One thing that happened while publishing.

    `step` is the index into the plan's steps, None for the version and for the end. The last event is
    `finished`; only there `ok` says how it went, and `version` and `numbers` (with +) what is live now.
    """

    state: Literal["version", "done", "failed", "put back", "not put back", "finished"]
    sentence: str
    step: int | None = None
    ok: bool | None = None
    version: int | None = None
    numbers: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {**vars(self), "numbers": list(self.numbers)}


@dataclass(frozen=True)
class Task:
    """What is to be carried out: a plan for one deployment of a flow, and by whom. `version` is live afterwards."""

    flow_id: str
    deployment: str
    kind: RunKind
    version: int | None
    plan: Plan
    author: str = ""


class _Record:
    """What the journal and the page are told of one run."""

    def __init__(self, fb: Flowbuilder, run_id: str, done: list[Any] | None = None) -> None:
        self._runs = fb.store.publish_runs
        self._run_id = run_id
        self._done = list(done or [])
        self._events: list[Any] = []

    def note(self, entry: dict[str, Any]) -> None:
        self._done.append(entry)
        self._runs.record(self._run_id, done=self._done)

    def tell(self, event: Event) -> None:
        self._events.append(event.to_json())
        self._runs.record(self._run_id, events=self._events)


def carry_out(fb: Flowbuilder, account: Account, task: Task) -> Iterator[Event]:
    """Does the plan step by step, telling each as it ends.

    Raises EditRefused while another run of it goes on, NotFound where its version has been pruned meanwhile.
    """
    refuse_while_busy(fb, task.flow_id, task.deployment)
    run_id = fb.store.publish_runs.begin(
        task.flow_id, task.deployment, task.kind, account.auth_id, task.version, task.plan.to_json(), task.author
    )
    if task.version is not None:
        try:
            # Once the run has begun nobody can prune the version; a moment ago somebody may have.
            fb.store.versions.get(task.flow_id, task.version)
        except NotFound:
            fb.store.publish_runs.end(run_id, "refused")
            raise
    record = _Record(fb, run_id)
    yield from _follow(fb, account, task, run_id, record, apply_plan(account, task.plan, record.note))


def refuse_while_busy(fb: Flowbuilder, flow_id: str, deployment: str = PRODUCTION) -> None:
    """Raises EditRefused while a run of this deployment goes on, in whatever process."""
    if any(run.flow_id == flow_id and run.deployment == deployment for run in fb.store.publish_runs.unfinished()):
        raise EditRefused(BUSY)


def recover(fb: Flowbuilder) -> list[Event]:
    """Ends what processes that died have left half done: finishes it, or puts it back. Gives how each ended.

    A run whose account cannot be asked now stays for the next time.
    """
    ends = []
    for run in fb.store.publish_runs.unfinished():
        if not _has_died(fb, run) or not fb.store.publish_runs.take_over(run):
            continue
        try:
            ends += [event for event in _take_up(fb, run) if event.state == "finished"]
        except FlowbuilderError as refusal:
            logger.warning("The publishing of %s that broke off waits: %s", run.flow_id, refusal)
    return ends


def _take_up(fb: Flowbuilder, run: PublishRunRow) -> Iterator[Event]:
    account = fb.accounts.get(run.account)
    plan = Plan.from_json(run.plan)
    task = Task(run.flow_id, run.deployment, run.kind, run.version, plan, run.author)
    logger.info("Taking up the publishing of %s that broke off", run.flow_id)
    record = _Record(fb, run.id, run.done)
    yield from _follow(fb, account, task, run.id, record, resume(account, plan, run.done, record.note))


def _has_died(fb: Flowbuilder, run: PublishRunRow) -> bool:
    if run.process == this_process():
        return False
    silent = fb.clock() - run.updated_at
    if run.host != socket.gethostname():
        return silent > SILENT_ELSEWHERE
    pid = run.process.partition("-")[0]
    return silent > SILENT_HERE or not pid.isdecimal() or int(pid) == os.getpid() or not _is_running(int(pid))


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _follow(
    fb: Flowbuilder, account: Account, task: Task, run_id: str, record: _Record, results: Iterator[Result]
) -> Iterator[Event]:
    """Tells the results as events, and keeps the outcome before the run counts as ended."""
    state: RunState = "put back"
    try:
        for result in results:
            if result.outcome is None:
                event = Event(result.state, result.sentence, result.step)
            else:
                state = "done" if result.outcome.ok else "stuck" if result.outcome.left_over else "put back"
                _keep(fb, account, task, result.outcome)
                event = _end(task, result, result.outcome)
            record.tell(event)
            yield event
    finally:
        fb.store.publish_runs.end(run_id, state)


def _end(task: Task, result: Result, outcome: Outcome) -> Event:
    sentence = result.sentence if task.plan.steps or not outcome.ok else "Nothing had to be changed."
    if outcome.ok and task.kind == "unpublish":
        return Event("finished", "Not live any more.", ok=True)
    held = tuple(str(entry["number"]) for entry in outcome.numbers)
    return Event("finished", sentence, ok=outcome.ok, version=task.version if outcome.ok else None, numbers=held)


def _keep(fb: Flowbuilder, account: Account, task: Task, outcome: Outcome) -> None:
    if not outcome.ok:
        return
    if task.kind == "unpublish":
        fb.store.deployments.delete(task.flow_id, task.deployment)
    else:
        fb.store.deployments.put(
            DeploymentRow(
                flow_id=task.flow_id,
                name=task.deployment,
                account=account.auth_id,
                app_id=str(outcome.app_id),
                app_name=outcome.app_name,
                version=int(task.version or 0),
                numbers=outcome.numbers,
                endpoints=outcome.endpoints,
                author=task.author,
            )
        )
    _tell_neighbours(fb, account, task)


def _tell_neighbours(fb: Flowbuilder, account: Account, task: Task) -> None:
    """Keeps the records of other deployments true: what was taken from one, or given back to one."""
    for row in fb.store.deployments.list():
        if row.account != account.auth_id or (row.flow_id, row.name) == (task.flow_id, task.deployment):
            continue
        moves = [move for move in task.plan.moves if row.app_id in (move.before.app_id, move.after.app_id)]
        changed = row
        for move in moves:
            is_ours = move.after.app_id == row.app_id and move.action == "release"
            changed = _with_move(changed, move, is_ours) if is_ours or move.action == "attach" else changed
        if changed != row:
            fb.store.deployments.put(changed)


def _with_move(row: DeploymentRow, move: Any, is_ours: bool) -> DeploymentRow:
    """The deployment once the number or endpoint has come to it or gone from it."""
    if hasattr(move, "number"):
        entry: dict[str, Any] = {"number": f"+{move.number}", "previous_app_id": None}
        others = [one for one in row.numbers if one["number"] != entry["number"]]
        return replace(row, numbers=[*others, entry] if is_ours else others)
    entry = {"endpoint_id": move.endpoint_id, "username": move.username, "previous_app_id": None}
    others = [one for one in row.endpoints if one["endpoint_id"] != move.endpoint_id]
    return replace(row, endpoints=[*others, entry] if is_ours else others)
