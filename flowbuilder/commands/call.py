"""`flowbuilder call`: plays the caller in the terminal, through the same webhooks that Plivo asks."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from flowbuilder.app import create_app
from flowbuilder.checks import find_problems
from flowbuilder.commands.files import flow_argument, json_option, print_json, read_flow
from flowbuilder.config import Settings, allowed_hosts
from flowbuilder.errors import FlowbuilderError, FlowHasErrors
from flowbuilder.simulator.session import Session
from flowbuilder.simulator.transcript import line_for
from flowbuilder.web import EXTENSION, Flowbuilder
from flowbuilder.web.phone_log import turn_after
from flowbuilder.web.phone_view import exit_in_words

if TYPE_CHECKING:
    from flowbuilder.flow.model import Flow

HOST = "http://localhost"
CALLER, CALLED = "+12025550123", "+14155550100"
# Requests that bring a document, unlike those that only tell us something.
LEADS_ON = ("answer", "action", "redirect")


@click.command()
@flow_argument
@click.option("--from", "caller", default=CALLER, show_default=True, help="The caller's number.")
@click.option("--to", "called", default=CALLED, show_default=True, help="The number called.")
@json_option
def call(flow_file: str, caller: str, called: str, as_json: bool) -> None:
    """Call a flow and play the caller, line by line: keys, "say ...", an empty line for silence.

    While it rings somewhere, type how that ends: completed, busy, no_answer ... The end of the input hangs up.
    """
    flow = read_flow(flow_file)
    problems = [problem for problem in find_problems(flow) if problem.blocks]
    if problems:
        raise FlowHasErrors(problems)
    with answered(flow, caller, called) as (parts, live):
        session = Session(live.player)
        tell(lines_of(parts, live), as_json)
        # A flow file that comes from standard input has used it up: nobody is there to act.
        converse(session, parts, live, as_json, has_caller=flow_file != "-")
        if as_json:
            print_json({"events": [event.to_json() for event in live.player.events], "lines": lines_of(parts, live)})


@contextmanager
def answered(flow: Flow, caller: str, called: str) -> Iterator[tuple[Flowbuilder, Any]]:
    """A call to the flow, in a Flowbuilder of its own whose database is gone afterwards."""
    settings = Settings("sqlite:///:memory:", public_url=HOST, http_allowed_hosts=allowed_hosts())
    app = create_app(settings)
    parts: Flowbuilder = app.extensions[EXTENSION]
    try:
        row = parts.store.flows.create(flow)
        base = f"{HOST}/v1/flows/{row.id}/draft-{row.revision}"
        live = parts.switchboard.dial_application(
            f"{base}/nodes/{flow.entry}", f"{base}/fallback", f"{base}/hangup", caller, called
        )
        yield parts, live
    finally:
        parts.store.close()


def lines_of(parts: Flowbuilder, live: Any, since: int = 0) -> list[str]:
    """The transcript from the event numbered `since` on; `=` is what our server took on the way to a document."""
    taken = exits_by_document(parts.store.calls.events(live.uuid))
    lines = []
    for event in live.player.events[since:]:
        lines.append(line_for(event))
        if event.kind == "requested" and event.data["cause"] in LEADS_ON:
            lines += taken.get(turn_after(str(event.data["url"])), [])
    return lines


def exits_by_document(trace: Sequence[Mapping[str, Any]]) -> dict[int, list[str]]:
    """By the turn of a document: a line for each exit that led to it, or leads on in it."""
    taken: dict[int, list[str]] = {}
    for event in trace:
        if event["kind"] in ("took", "decided") and event.get("exit"):
            taken.setdefault(int(event["turn"]), []).append(f"= {event['node']}: {exit_in_words(event)}")
    return taken


def converse(session: Session, parts: Flowbuilder, live: Any, as_json: bool, *, has_caller: bool) -> None:
    """Until the call is over: says what can be done, reads a line, does it."""
    while not session.player.ended:
        if not as_json:
            offered = "; ".join(_words(choice) for choice in session.choices())
            click.echo(f"{node_of(parts, live.uuid, session)}: {offered}", err=True)
        command = read_command() if has_caller else None
        heard = len(live.player.events)
        try:
            session.act("hang up" if command is None else command)
            tell(lines_of(parts, live, heard), as_json)
        except FlowbuilderError as refusal:
            click.echo(str(refusal), err=True)


def node_of(parts: Flowbuilder, uuid: str, session: Session) -> str:
    """The node where the call is."""
    row = parts.store.calls.load(uuid)
    owners = json.loads(row.state)["owners"] if row is not None and row.state else []
    place = session.player.position.path[0]
    return str(owners[place]) if place < len(owners) else "now"


def read_command() -> str | None:
    """The next line that was typed; None at the end of the input."""
    if sys.stdin.isatty():
        click.echo("? ", nl=False, err=True)
    line = sys.stdin.readline()
    return line.rstrip("\r\n") if line else None


def tell(lines: list[str], as_json: bool) -> None:
    if not as_json:
        for line in lines:
            click.echo(line)


def _words(choice: Any) -> str:
    return f"{choice.words} ({', '.join(choice.values)})" if choice.values else str(choice.words)
