"""What the commands that change a Plivo account share: the parts without a server, the flow meant, each step told."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowbuilder.app import create_app
from flowbuilder.commands.files import PLIVO_REFUSED, read_flow
from flowbuilder.commands.settings import settings_for
from flowbuilder.errors import NotFound
from flowbuilder.store import PRODUCTION
from flowbuilder.web import EXTENSION, Flowbuilder
from flowbuilder.web.carrying_out import recover

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from flowbuilder.store import FlowRow
    from flowbuilder.web.carrying_out import Event

# Where `serve` listens unless told otherwise: good enough for the sandbox, which asks from inside.
USUAL_ADDRESS = "http://127.0.0.1:8000"


def deployment_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--deployment`, where the flow is live or shall be."""
    return click.option(
        "--deployment", default=PRODUCTION, show_default=True, help="Which of the flow's deployments is meant."
    )(command)


@contextmanager
def flowbuilder(public_url: str | None) -> Iterator[Flowbuilder]:
    """The parts of a Flowbuilder over the database that `serve` uses, without a server.

    What an earlier command left half done is ended first.
    """
    app = create_app(settings_for(public_url, USUAL_ADDRESS))
    parts: Flowbuilder = app.extensions[EXTENSION]
    try:
        recover(parts)
        yield parts
    finally:
        parts.store.close()


def flow_meant(parts: Flowbuilder, flow: str) -> FlowRow:
    """The flow in the database that is meant by its name, its id, or a file that holds it. Raises NotFound."""
    row = parts.store.flows.find_by_name(flow)
    if row is None and Path(flow).is_file():
        row = parts.store.flows.find_by_name(read_flow(flow).name)
    return row if row is not None else _by_id(parts, flow)


def _by_id(parts: Flowbuilder, flow: str) -> FlowRow:
    try:
        return parts.store.flows.get(flow)
    except NotFound:
        raise NotFound(f"There is no flow “{flow}” in the database. Write its name, its id, or its file.") from None


def whoami() -> str:
    """Who runs the command, for the record of who did what; empty where the system does not know."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def tell(events: Iterable[Event], steps: int, as_json: bool) -> list[Event]:
    """Tells each event as it comes, with how far it is of so many `steps`; gives all of them."""
    told, done = [], 0
    for event in events:
        told.append(event)
        if as_json:
            continue
        done += event.state == "done"
        bar = f"[{'#' * done}{'.' * (steps - done)}] " if steps and event.state == "done" else ""
        failed = event.state in ("failed", "not put back") or event.ok is False
        click.echo(f"{bar}{event.state}: {event.sentence}", err=failed)
    return told


def end(events: list[Event]) -> None:
    """Ends the command with status 3 where it did not come to a good end."""
    if not (events and events[-1].ok):
        sys.exit(PLIVO_REFUSED)
