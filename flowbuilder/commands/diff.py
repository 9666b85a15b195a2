"""`flowbuilder diff`: what changed for a caller between two flow files, in words."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import click

from flowbuilder.commands.files import json_option, print_json, read_flow
from flowbuilder.errors import FlowFileError
from flowbuilder.flow.diff import changes_between
from flowbuilder.steps.wording import StepWording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flowbuilder.flow.diff import Change, Part

COLOURS = {"added": "green", "removed": "red"}
MARKS = {"added": "+", "removed": "-"}


@click.command()
@click.argument("before", metavar="A.json", type=click.Path(path_type=str))
@click.argument("after", metavar="B.json", type=click.Path(path_type=str))
@json_option
def diff(before: str, after: str, as_json: bool) -> None:
    """Print what changed for a caller from one flow to another, node by node. Positions do not count.

    Words taken out of a long text stand in [-brackets-], those put in in {+braces+}. The status is 0 also where the
    flows differ.
    """
    if before == after == "-":
        raise FlowFileError("Standard input can be one of the two flows only.")
    changes = changes_between(read_flow(before), read_flow(after), StepWording())
    if as_json:
        print_json({"changes": [change.to_json() for change in changes]})
    elif not changes:
        click.echo("No changes.")
    else:
        for node, group in groupby(changes, key=lambda change: change.node):
            tell(node, list(group))


def tell(node: str | None, changes: Iterable[Change]) -> None:
    """The changes of one node, or of the flow itself."""
    heading = node or "The flow"
    for change in changes:
        if change.kind in MARKS:
            click.secho(f"{MARKS[change.kind]} {change.sentence}", fg=COLOURS[change.kind])
            continue
        if heading:
            click.secho(f"~ {heading}", bold=True)
            heading = ""
        if len(change.parts) <= 1 and not any(part.runs for part in change.parts):
            click.echo(f"    {change.sentence}")
            continue
        click.echo(f"    {change.label}:")
        for part in change.parts:
            click.echo(f"      {spelled(part)}")


def spelled(part: Part) -> str:
    """A part on one line, the words that differ marked."""
    if not part.runs:
        return str(part)
    shown = []
    for kind, text in part.runs:
        space, word = text[: len(text) - len(text.lstrip())], text.lstrip()
        if kind == "same" or not word:
            shown.append(text)
        elif kind == "gone":
            shown.append(space + click.style(f"[-{word}-]", fg="red"))
        else:
            shown.append(space + click.style(f"{{+{word}+}}", fg="green"))
    return "".join(shown)
