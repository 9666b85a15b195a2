"""How every command reads what it is given and tells what came of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click

from flowbuilder.errors import FlowbuilderError, FlowFileError, FlowHasErrors, PlivoRefused
from flowbuilder.flow.model import Flow, loads
from flowbuilder.flow.problems import Problem

FINE, FLOW_HAS_ERRORS, UNREADABLE, PLIVO_REFUSED = 0, 1, 2, 3

Command = Callable[..., Any]


def json_option(command: Command) -> Command:
    """`--json`, on every command."""
    return click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")(command)


def flow_argument(command: Command) -> Command:
    """`FLOW.json`, or `-` for standard input."""
    return click.argument("flow_file", metavar="FLOW.json", type=click.Path(path_type=str))(command)


def read_bytes(name: str) -> bytes:
    """The file's content; `-` is standard input. Raises FlowFileError with a sentence."""
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise FlowFileError(f"{name} cannot be read: {error.strerror}.") from error


def read_flow(name: str) -> Flow:
    """The flow in a file; `-` is standard input. Raises FlowFileError with a sentence that names the file."""
    try:
        return loads(read_bytes(name))
    except FlowFileError as error:
        raise FlowFileError(f"{shown(name)}: {error}" if not str(error).startswith(name) else str(error)) from error


def shown(name: str) -> str:
    return "standard input" if name == "-" else name


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def write_bytes(name: str, content: bytes) -> None:
    """Writes a result; `-` is standard output. Raises FlowFileError with a sentence."""
    try:
        if name == "-":
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        else:
            Path(name).write_bytes(content)
    except OSError as error:
        raise FlowFileError(f"{name} cannot be written: {error.strerror}.") from error


def described(problem: Problem) -> str:
    """One problem as one line: severity, code, where, and the sentence."""
    place = problem.node or "flow"
    if problem.setting:
        place += f".{problem.setting}"
    elif problem.exit:
        place += f" [{problem.exit}]"
    return f"{problem.severity:7}  {problem.code}  {place}: {problem.message}"


def refuse(error: FlowbuilderError) -> NoReturn:
    """Says why a command could not do it, on standard error, and ends with the status of the contract."""
    click.echo(f"Error: {error}", err=True)
    if isinstance(error, FlowHasErrors):
        for problem in error.problems:
            click.echo(described(problem), err=True)
        sys.exit(FLOW_HAS_ERRORS)
    sys.exit(PLIVO_REFUSED if isinstance(error, PlivoRefused) else UNREADABLE)
