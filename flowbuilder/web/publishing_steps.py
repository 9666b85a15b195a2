"""Publishing from end to end: version, plan, and what is done of it. The screens and the commands use the same."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowbuilder.compiler import compile_flow
from flowbuilder.errors import EditRefused, FlowbuilderError, NotFound
from flowbuilder.flow.model import dumps
from flowbuilder.publishing.desired import Desired, check_public_url, desired_application
from flowbuilder.publishing.plan import make_plan, unpublish_plan
from flowbuilder.publishing.rollback import rollback_plan
from flowbuilder.store import PRODUCTION
from flowbuilder.web.carrying_out import Event, Task, carry_out, refuse_while_busy
from flowbuilder.web.deployed import deployment_of
from flowbuilder.web.flow_uses import refuse_if_used
from flowbuilder.web.gate import refuse_unapproved, refuse_unready, refuse_unset_variables, revision_to_publish

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flowbuilder.flow.model import Flow
    from flowbuilder.publishing.account import Account
    from flowbuilder.publishing.changes import Plan
    from flowbuilder.store import DeploymentRow, FlowRow
    from flowbuilder.web import Flowbuilder

PLAN_MOVED = "The account or the flow has changed since this plan was shown. Look at it again, then publish."


@dataclass(frozen=True)
class Target:
    """Where a flow is published to: one of its deployments, and what that shall answer.

    `numbers` and `endpoints` (ids) None: those it has. `release_others`: what it has and is not among them goes back
    to what it had. `version`: one that was made before, in the place of the draft.
    """

    deployment: str = PRODUCTION
    numbers: Sequence[str] | None = None
    endpoints: Sequence[str] | None = None
    release_others: bool = False
    version: int | None = None


@dataclass(frozen=True)
class Prepared:
    """What publishing would do now: the version it would make, or use again, and the plan for the account."""

    row: FlowRow
    flow: Flow
    revision: int
    version: int
    is_new: bool
    plan: Plan
    deployment: str = PRODUCTION

    @property
    def version_sentence(self) -> str:
        if self.is_new:
            return f"Make version {self.version} of “{self.row.name}”; it never changes after that."
        return f"Version {self.version} is the flow as it stands; no new one is needed."

    @property
    def fingerprint(self) -> str:
        """The same while the version and the plan are."""
        return f"{self.revision}-{self.version}-{self.plan.fingerprint}"

    def to_json(self) -> dict[str, Any]:
        return {
            "deployment": self.deployment,
            "version": self.version,
            "new_version": self.is_new,
            "plan": self.plan.to_json(),
        }


def prepare(fb: Flowbuilder, flow_id: str, target: Target | None = None) -> Prepared:
    """Reads the account and says what publishing would change; changes nothing.

    Publishes the draft, the approved revision of it where a review is asked for, or the target's version. Raises
    FlowHasErrors, PlivoRefused, EditRefused for want of an approval, or FlowbuilderError for a public URL or a number
    that will not do.
    """
    target = target or Target()
    row = fb.store.flows.get(flow_id)
    if target.version is not None:
        kept = fb.store.versions.get(flow_id, target.version)
        refuse_unapproved(fb, kept, target.deployment)
        return _prepared(fb, row, kept.flow, kept.revision, target)
    revision = revision_to_publish(fb, row)
    return _prepared(fb, row, fb.store.flows.load(flow_id, revision), revision, target)


def prepare_flow(fb: Flowbuilder, row: FlowRow, flow: Flow, target: Target | None = None) -> Prepared:
    """As `prepare`, with `flow` in the place of the draft of `row`; neither has to be in the store."""
    return _prepared(fb, row, flow, row.revision, target or Target())


def _prepared(fb: Flowbuilder, row: FlowRow, flow: Flow, revision: int, target: Target) -> Prepared:
    refuse_unready(fb, row.id, flow)
    refuse_unset_variables(fb, row.id, flow, target.deployment)
    account, known = _account_and_known(fb, row, target.deployment)
    check_public_url(fb.public_url, fb.accounts.is_sandbox(account.auth_id))
    version, is_new = (target.version, False) if target.version is not None else _version_for(fb, row.id, flow)
    plan = make_plan(
        account,
        desired_for(fb, row.id, version, flow, target.deployment),
        _wanted(target.numbers, known.numbers if known else [], "number"),
        known_app_id=known.app_id if known else None,
        known_numbers=known.numbers if known else (),
        release_others=target.release_others,
        endpoints=_wanted(target.endpoints, known.endpoints if known else [], "endpoint_id"),
        known_endpoints=known.endpoints if known else (),
    )
    return Prepared(row, flow, revision, version, is_new, plan, target.deployment)


def desired_for(fb: Flowbuilder, flow_id: str, version: int, flow: Flow, deployment: str = PRODUCTION) -> Desired:
    """The Application that Plivo should hold for a version on a deployment."""
    settings = fb.store.deployment_settings.get(flow_id, deployment)
    return desired_application(
        flow_id,
        version,
        str(flow.entry),
        str(fb.public_url),
        bool(flow.extras.get("message_entry")),
        deployment,
        settings.application if settings else {},
    )


def publish(
    fb: Flowbuilder,
    flow_id: str,
    target: Target | None = None,
    fingerprint: str | None = None,
    author: str = "",
    note: str = "",
) -> Iterator[Event]:
    """Makes the version, then does the plan step by step, telling each as it ends, and keeps what is live.

    With the `fingerprint` of a plan that was shown, does that plan or refuses. Raises as `prepare` does, before
    anything has changed; a step that fails later is told, and the account put back. Run it to its end.
    """
    target = target or Target()
    refuse_while_busy(fb, flow_id, target.deployment)
    prepared = prepare(fb, flow_id, target)
    if fingerprint is not None and fingerprint != prepared.fingerprint:
        raise FlowbuilderError(PLAN_MOVED)
    if prepared.is_new:
        program = json.dumps(compile_flow(prepared.flow).to_json(), ensure_ascii=False)
        version = fb.store.versions.add(flow_id, prepared.revision, prepared.flow, program, note=note, author=author)
        if version != prepared.version:
            raise FlowbuilderError(PLAN_MOVED)
        yield Event("version", f"Made version {version}.", version=version)
    account, _ = _account_and_known(fb, prepared.row, target.deployment)
    task = Task(flow_id, target.deployment, "publish", prepared.version, prepared.plan, author)
    yield from carry_out(fb, account, task)


def prepare_rollback(
    fb: Flowbuilder, flow_id: str, version: int, deployment: str = PRODUCTION
) -> tuple[DeploymentRow, Plan]:
    """What letting another version answer would change where the flow is live; asks Plivo for nothing.

    Raises NotFound where the flow is not live there or has no such version, FlowHasErrors or EditRefused where the
    version would not be published today.
    """
    row = fb.store.flows.get(flow_id)
    kept = fb.store.versions.get(flow_id, version)
    account, known = _account_and_known(fb, row, deployment)
    if known is None:
        raise NotFound(f"“{row.name}” is not live on {deployment}, so there is nothing to go back from. Publish it.")
    refuse_unapproved(fb, kept, deployment)
    refuse_unready(fb, flow_id, kept.flow)
    refuse_unset_variables(fb, flow_id, kept.flow, deployment)
    live = fb.store.versions.get(flow_id, known.version).flow
    return known, rollback_plan(
        account.auth_id,
        known.app_id,
        known.app_name,
        desired_for(fb, flow_id, known.version, live, deployment),
        desired_for(fb, flow_id, version, kept.flow, deployment),
        known.numbers,
        known.endpoints,
    )


def rollback(
    fb: Flowbuilder, flow_id: str, version: int, deployment: str = PRODUCTION, author: str = ""
) -> Iterator[Event]:
    """Lets an earlier (or later) version answer where the flow is live, with one request to Plivo.

    Raises as `prepare_rollback` does.
    """
    known, plan = prepare_rollback(fb, flow_id, version, deployment)
    task = Task(flow_id, deployment, "rollback", version, plan, author)
    yield from carry_out(fb, fb.accounts.get(known.account), task)


def prepare_unpublish(fb: Flowbuilder, flow_id: str, deployment: str = PRODUCTION) -> tuple[DeploymentRow, Plan]:
    """What taking the flow off its numbers and endpoints would change.

    Raises NotFound where nothing of it is live, EditRefused where other flows go on in it.
    """
    row = fb.store.flows.get(flow_id)
    known = deployment_of(fb, flow_id, deployment)
    if known is None:
        raise NotFound(f"“{row.name}” is not published on {deployment}.")
    if deployment == PRODUCTION:
        refuse_if_used(fb, flow_id, "unpublished")
    account = fb.accounts.get(known.account)
    return known, unpublish_plan(account, known.app_id, known.numbers, endpoints=known.endpoints)


def unpublish(fb: Flowbuilder, flow_id: str, deployment: str = PRODUCTION, author: str = "") -> Iterator[Event]:
    """Gives the flow's numbers back to what they had. Its versions stay, and calls in progress go on."""
    known, plan = prepare_unpublish(fb, flow_id, deployment)
    task = Task(flow_id, deployment, "unpublish", None, plan, author)
    yield from carry_out(fb, fb.accounts.get(known.account), task)


def _account_and_known(fb: Flowbuilder, row: FlowRow, deployment: str) -> tuple[Account, DeploymentRow | None]:
    """The account that the deployment is set to, and what is live there. Raises EditRefused where that is elsewhere."""
    if fb.store.deployment_settings.get(row.id, deployment) is None:
        raise NotFound(f"“{row.name}” has no deployment {deployment}. Add it on its page Deployments.")
    account = fb.accounts.of(row.id, deployment)
    known = deployment_of(fb, row.id, deployment)
    if known is not None and known.account != account.auth_id:
        raise EditRefused(
            f"“{row.name}” is live on {deployment} with the account {known.account}. Unpublish it there first; then it "
            f"can be published with {account.auth_id}."
        )
    return account, known


def _wanted(asked: Sequence[str] | None, known: Sequence[dict[str, Any]], name: str) -> list[str]:
    return list(asked) if asked is not None else [str(entry[name]) for entry in known]


def _version_for(fb: Flowbuilder, flow_id: str, flow: Flow) -> tuple[int, bool]:
    """The version that publishing this flow would use, and whether it has yet to be made."""
    made = fb.store.versions.list(flow_id)
    if not made:
        return 1, True
    newest = made[0].number
    if dumps(fb.store.versions.get(flow_id, newest).flow) == dumps(flow):
        return newest, False
    return newest + 1, True
