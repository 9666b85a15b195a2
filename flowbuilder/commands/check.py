"""`flowbuilder check`: prints the problems of a flow."""

from __future__ import annotations

import sys

import click

from flowbuilder.checks import find_problems
from flowbuilder.commands.files import (
    FLOW_HAS_ERRORS,
    described,
    flow_argument,
    json_option,
    print_json,
    read_flow,
)


@click.command()
@flow_argument
@json_option
def check(flow_file: str, as_json: bool) -> None:
    """Print the problems of a flow. Ends with status 1 where one of them is an error."""
    problems = find_problems(read_flow(flow_file))
    if as_json:
        print_json({"problems": [problem.to_json() for problem in problems]})
    elif problems:
        for problem in problems:
            click.echo(described(problem))
    else:
        click.echo("No problems.")
    if any(problem.blocks for problem in problems):
        sys.exit(FLOW_HAS_ERRORS)
