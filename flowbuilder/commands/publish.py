"""`flowbuilder publish`: plans what a Plivo account must change for a flow, shows the plan, applies it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from flowbuilder.checks import find_problems
from flowbuilder.commands.applying import deployment_option, end, flowbuilder, tell, whoami
from flowbuilder.commands.files import flow_argument, json_option, print_json, read_flow
from flowbuilder.commands.settings import public_url_option
from flowbuilder.errors import EditRefused, FlowHasErrors
from flowbuilder.flow.model import Flow, dumps
from flowbuilder.flow.slug import slug
from flowbuilder.store import FlowRow
from flowbuilder.web.publishing_steps import Target, prepare, prepare_flow
from flowbuilder.web.publishing_steps import publish as publish_flow

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder
    from flowbuilder.web.publishing_steps import Prepared


@click.command()
@flow_argument
@click.option("--number", "numbers", multiple=True, metavar="NUMBER", help="A number to attach; may be repeated.")
@click.option("--note", default="", metavar="TEXT", help="What is new in the version, for whoever looks later.")
@click.option("--dry-run", is_flag=True, help="Show the plan and change nothing in the account.")
@deployment_option
@public_url_option
@json_option
def publish(
    flow_file: str,
    numbers: tuple[str, ...],
    note: str,
    dry_run: bool,
    deployment: str,
    public_url: str | None,
    as_json: bool,
) -> None:
    """Publish a flow to numbers of the Plivo account, or of the sandbox where no account is set.

    The flow is the one of the same name in the database that `serve` answers from. Without --number it
    stays on the numbers that it has.
    """
    flow = read_flow(flow_file)
    problems = [problem for problem in find_problems(flow) if problem.blocks]
    if problems:
        raise FlowHasErrors(problems)
    target = Target(deployment, list(numbers) or None)
    with flowbuilder(public_url) as parts:
        row = row_of(parts, flow)
        prepared = prepare_flow(parts, row, flow, target)  # what is refused leaves nothing behind
        if dry_run:
            show_plan(parts, row.id if row.revision else None, prepared, as_json)
            return
        flow_id = keep(parts, flow)
        prepared = prepare(parts, flow_id, target)
        if dumps(prepared.flow) != dumps(flow):
            raise EditRefused(
                f"“{flow.name}” goes live only after a second person has approved it, and this file is not what was "
                "approved. Ask for a review on the flow's publish page."
            )
        if not as_json:
            show_plan(parts, flow_id, prepared, as_json)
        apply(parts, flow_id, target, prepared, note, as_json)


def keep(parts: Flowbuilder, flow: Flow) -> str:
    """Keeps the flow as the newest revision of the flow of its name, or as a new flow; gives its id."""
    row = parts.store.flows.find_by_name(flow.name)
    if row is None:
        return parts.store.flows.create(flow, label="Published from a file").id
    if dumps(parts.store.flows.load(row.id)) != dumps(flow):
        parts.store.flows.save(row.id, row.revision, flow, "Published from a file")
    return row.id


def row_of(parts: Flowbuilder, flow: Flow) -> FlowRow:
    """The flow of this name in the database; where there is none, one that is nowhere, at revision 0."""
    now = parts.clock()
    return parts.store.flows.find_by_name(flow.name) or FlowRow(slug(flow.name), flow.name, 0, 0, now, now)


def show_plan(parts: Flowbuilder, flow_id: str | None, prepared: Prepared, as_json: bool) -> None:
    if as_json:
        print_json({"flow": flow_id, **prepared.to_json(), "applied": False})
        return
    auth_id = prepared.plan.auth_id
    where = "the sandbox" if parts.accounts.is_sandbox(auth_id) else f"account {auth_id}"
    click.echo(f"Plan for {where}:")
    for sentence in (prepared.version_sentence, *prepared.plan.sentences):
        click.echo(f"  {sentence}")


def apply(parts: Flowbuilder, flow_id: str, target: Target, prepared: Prepared, note: str, as_json: bool) -> None:
    """Does the plan that was shown; ends with status 3 where a step failed."""
    events = publish_flow(parts, flow_id, target, fingerprint=prepared.fingerprint, author=whoami(), note=note)
    told = tell(events, len(prepared.plan.steps), as_json)
    if as_json:
        applied = bool(told and told[-1].ok)
        print_json(
            {"flow": flow_id, **prepared.to_json(), "applied": applied, "events": [one.to_json() for one in told]}
        )
    end(told)
