"""Publishing from end to end: version, plan, apply, and what is kept of it. The screen and the command both use it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from flowbuilder.compiler import compile_flow
from flowbuilder.errors import FlowbuilderError, FlowHasErrors, NotFound
from flowbuilder.flow.model import dumps
from flowbuilder.publishing.apply import apply_plan
from flowbuilder.publishing.desired import check_public_url, desired_application
from flowbuilder.publishing.plan import make_plan, unpublish_plan
from flowbuilder.store import DeploymentRow
from flowbuilder.web.deployed import deployment_of
from flowbuilder.web.flow_uses import all_problems, refuse_if_used

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flowbuilder.flow.model import Flow
    from flowbuilder.publishing.apply import Outcome
    from flowbuilder.publishing.changes import Plan
    from flowbuilder.store import FlowRow
    from flowbuilder.web import Flowbuilder

PLAN_MOVED = "The account or the flow has changed since this plan was shown. Look at it again, then publish."


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
class Prepared:
    """What publishing would do now: the version it would make, or use again, and the plan for the account."""

    row: FlowRow
    flow: Flow
    version: int
    is_new: bool
    plan: Plan

    @property
    def version_sentence(self) -> str:
        if self.is_new:
            return f"Make version {self.version} of “{self.row.name}”; it never changes after that."
        return f"Version {self.version} is the flow as it stands; no new one is needed."

    @property
    def fingerprint(self) -> str:
        """The same while the version and the plan are."""
        return f"{self.row.revision}-{self.version}-{self.plan.fingerprint}"

    def to_json(self) -> dict[str, Any]:
        return {"version": self.version, "new_version": self.is_new, "plan": self.plan.to_json()}


def prepare(
    fb: Flowbuilder, flow_id: str, numbers: Sequence[str] | None = None, release_others: bool = False
) -> Prepared:
    """Reads the account and says what publishing the draft to `numbers` would change; changes nothing.

    Without `numbers` it stays on those it has. With `release_others` the numbers it has and that are not
    among them go back to what they had. Raises FlowHasErrors, PlivoRefused, or FlowbuilderError for a
    public URL or a number that will not do.
    """
    row = fb.store.flows.get(flow_id)
    return prepare_flow(fb, row, fb.store.flows.load(flow_id, row.revision), numbers, release_others)


def prepare_flow(
    fb: Flowbuilder, row: FlowRow, flow: Flow, numbers: Sequence[str] | None = None, release_others: bool = False
) -> Prepared:
    """As `prepare`, with `flow` in the place of the draft of `row`; neither has to be in the store."""
    flow_id = row.id
    errors = [problem for problem in all_problems(fb, flow_id, flow) if problem.blocks]
    if errors:
        raise FlowHasErrors(errors)
    check_public_url(fb.public_url, fb.settings.uses_sandbox)
    known = deployment_of(fb, flow_id)
    version, is_new = _version_for(fb, flow_id, flow)
    plan = make_plan(
        fb.account,
        desired_application(
            flow_id, version, str(flow.entry), str(fb.public_url), bool(flow.extras.get("message_entry"))
        ),
        _wanted(numbers, known),
        known_app_id=known.app_id if known else None,
        known_numbers=known.numbers if known else (),
        release_others=release_others,
    )
    return Prepared(row, flow, version, is_new, plan)


def publish(
    fb: Flowbuilder,
    flow_id: str,
    numbers: Sequence[str] | None = None,
    release_others: bool = False,
    fingerprint: str | None = None,
    author: str = "",
) -> Iterator[Event]:
    """Makes the version, then does the plan step by step, telling each as it ends, and keeps what is live.

    With the `fingerprint` of a plan that was shown, does that plan or refuses. Raises as `prepare` does, before
    anything has changed; a step that fails later is told, and the account put back. Run it to its end.
    """
    prepared = prepare(fb, flow_id, numbers, release_others)
    if fingerprint is not None and fingerprint != prepared.fingerprint:
        raise FlowbuilderError(PLAN_MOVED)
    if prepared.is_new:
        program = json.dumps(compile_flow(prepared.flow).to_json(), ensure_ascii=False)
        version = fb.store.versions.add(flow_id, prepared.row.revision, prepared.flow, program, author=author)
        if version != prepared.version:
            raise FlowbuilderError(PLAN_MOVED)
        yield Event("version", f"Made version {version}.", version=version)
    yield from _apply(fb, flow_id, prepared.plan, prepared.version)


def prepare_unpublish(fb: Flowbuilder, flow_id: str) -> tuple[DeploymentRow, Plan]:
    """What taking the flow off its numbers would change.

    Raises NotFound where nothing of it is live, EditRefused where other flows go on in it.
    """
    row = fb.store.flows.get(flow_id)
    known = deployment_of(fb, flow_id)
    if known is None:
        raise NotFound(f"“{row.name}” is not published on this account.")
    refuse_if_used(fb, flow_id, "unpublished")
    return known, unpublish_plan(fb.account, known.app_id, known.numbers)


def unpublish(fb: Flowbuilder, flow_id: str) -> Iterator[Event]:
    """Gives the flow's numbers back to what they had. Its versions stay, and calls in progress go on."""
    _, plan = prepare_unpublish(fb, flow_id)
    for result in apply_plan(fb.account, plan):
        if result.outcome is None:
            yield Event(result.state, result.sentence, result.step)
            continue
        if result.outcome.ok:
            fb.store.deployments.delete(flow_id)
            _tell_neighbours(fb, flow_id, plan)
            yield Event("finished", "Not live any more.", ok=True)
        else:
            yield Event("finished", result.sentence, ok=False)


def _apply(fb: Flowbuilder, flow_id: str, plan: Plan, version: int) -> Iterator[Event]:
    for result in apply_plan(fb.account, plan):
        if result.outcome is None:
            yield Event(result.state, result.sentence, result.step)
            continue
        outcome = result.outcome
        if outcome.ok:
            _keep(fb, flow_id, outcome, version)
            _tell_neighbours(fb, flow_id, plan)
        held = tuple(str(entry["number"]) for entry in outcome.numbers)
        sentence = result.sentence if plan.steps or not outcome.ok else "Nothing had to be changed."
        yield Event("finished", sentence, ok=outcome.ok, version=version if outcome.ok else None, numbers=held)


def _keep(fb: Flowbuilder, flow_id: str, outcome: Outcome, version: int) -> None:
    fb.store.deployments.put(
        DeploymentRow(
            flow_id=flow_id,
            account=fb.account.auth_id,
            app_id=str(outcome.app_id),
            app_name=outcome.app_name,
            version=version,
            numbers=outcome.numbers,
        )
    )


def _tell_neighbours(fb: Flowbuilder, flow_id: str, plan: Plan) -> None:
    """Keeps the records of other flows true: a number taken from one, or given back to one."""
    others = [
        row for row in fb.store.deployments.list() if row.account == fb.account.auth_id and row.flow_id != flow_id
    ]
    for row in others:
        taken = {f"+{c.number}" for c in plan.numbers if c.action == "attach" and c.before.app_id == row.app_id}
        given = {f"+{c.number}" for c in plan.numbers if c.action == "release" and c.after.app_id == row.app_id}
        kept = [entry for entry in row.numbers if entry["number"] not in taken | given]
        kept += [{"number": number, "previous_app_id": None} for number in sorted(given)]
        if kept != row.numbers:
            fb.store.deployments.put(replace(row, numbers=kept))


def _wanted(numbers: Sequence[str] | None, known: DeploymentRow | None) -> list[str]:
    if numbers is not None:
        return list(numbers)
    return [str(entry["number"]) for entry in known.numbers] if known else []


def _version_for(fb: Flowbuilder, flow_id: str, flow: Flow) -> tuple[int, bool]:
    """The version that publishing this flow would use, and whether it has yet to be made."""
    made = fb.store.versions.list(flow_id)
    if not made:
        return 1, True
    newest = made[0].number
    if dumps(fb.store.versions.get(flow_id, newest).flow) == dumps(flow):
        return newest, False
    return newest + 1, True
