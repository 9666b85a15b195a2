"""`flowbuilder rollback` and `flowbuilder unpublish`: change what is live of a flow that was published."""

from __future__ import annotations

import click

from flowbuilder.commands.applying import deployment_option, end, flow_meant, flowbuilder, tell, whoami
from flowbuilder.commands.files import json_option, print_json
from flowbuilder.commands.settings import public_url_option
from flowbuilder.web.publishing_steps import prepare_unpublish
from flowbuilder.web.publishing_steps import rollback as roll_back
from flowbuilder.web.publishing_steps import unpublish as take_off


@click.command()
@click.argument("flow")
@click.option("--to", "version", type=click.IntRange(1), required=True, help="The version that answers from now on.")
@deployment_option
@public_url_option
@json_option
def rollback(flow: str, version: int, deployment: str, public_url: str | None, as_json: bool) -> None:
    """Let an earlier version of FLOW (its name, id or file) answer again, with one request to Plivo."""
    with flowbuilder(public_url) as parts:
        row = flow_meant(parts, flow)
        events = tell(roll_back(parts, row.id, version, deployment, whoami()), 1, as_json)
        if as_json:
            told = [event.to_json() for event in events]
            print_json({"flow": row.id, "deployment": deployment, "version": version, "events": told})
        end(events)


@click.command()
@click.argument("flow")
@click.option("--dry-run", is_flag=True, help="Show the plan and change nothing in the account.")
@deployment_option
@public_url_option
@json_option
def unpublish(flow: str, dry_run: bool, deployment: str, public_url: str | None, as_json: bool) -> None:
    """Take FLOW (its name, id or file) off its numbers, which go back to what they had."""
    with flowbuilder(public_url) as parts:
        row = flow_meant(parts, flow)
        _, plan = prepare_unpublish(parts, row.id, deployment)
        if not as_json:
            click.echo("Plan:")
            for sentence in plan.sentences:
                click.echo(f"  {sentence}")
        events = [] if dry_run else tell(take_off(parts, row.id, deployment, whoami()), len(plan.steps), as_json)
        if as_json:
            told = [event.to_json() for event in events]
            print_json({"flow": row.id, "deployment": deployment, "plan": plan.to_json(), "events": told})
        if not dry_run:
            end(events)
