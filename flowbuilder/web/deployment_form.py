"""What is typed about a deployment: its name, and its variables as rows of name and value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowbuilder.errors import EditRefused, FlowbuilderError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.datastructures import MultiDict

NAME = re.compile(r"[a-z0-9-]{1,32}")
VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
# In an expression these are what any table of names has, before what it holds.
TAKEN = frozenset(name for name in dir({}) if not name.startswith("_"))
LONGEST_VALUE = 4000
MOST_VARIABLES = 200
SUGGESTIONS = ("staging", "test", "training")


@dataclass(frozen=True)
class VariableRow:
    """A variable as it was typed."""

    name: str = ""
    value: str = ""


def checked_name(typed: str, taken: Sequence[str]) -> str:
    """The name of a new deployment. Raises FlowbuilderError where it will not do or is there already."""
    if not NAME.fullmatch(typed):
        raise FlowbuilderError("A deployment's name has 1 to 32 lower-case letters, digits and -, such as staging.")
    if typed in taken:
        raise EditRefused(f"There is a deployment {typed} already. Give the new one another name.")
    return typed


def name_to_suggest(taken: Sequence[str]) -> str:
    """A usual name that is still free; empty where all are taken."""
    return next((name for name in SUGGESTIONS if name not in taken), "")


def rows_typed(form: MultiDict[str, str]) -> list[VariableRow]:
    """The rows of the form, as its button `do` leaves them: `add`, `add:NAME`, `remove:INDEX`."""
    rows = [*map(VariableRow, form.getlist("variable"), form.getlist("value"))]
    do, _, which = form.get("do", "").partition(":")
    if do == "add":
        rows.append(VariableRow(which))
    elif do == "remove" and which.isdecimal():
        rows = [row for index, row in enumerate(rows) if index != int(which)]
    return rows


def variables_asked(rows: Sequence[VariableRow]) -> dict[str, str]:
    """The variables by name, rows without any word left out. Raises FlowbuilderError naming the row."""
    asked: dict[str, str] = {}
    for number, row in enumerate(rows, 1):
        name, value = row.name.strip(), row.value.replace("\r\n", "\n").strip()
        if not name and not value:
            continue
        if not VARIABLE.fullmatch(name):
            raise FlowbuilderError(
                f"Variable {number}: a name begins with a letter and has at most 64 letters, digits and _, "
                f"such as SALES_NUMBER{f', not “{name[:64]}”' if name else ''}."
            )
        if name in TAKEN:
            raise FlowbuilderError(f"Variable {number}: “{name}” means something else here. Write {name.upper()}.")
        if name in asked:
            raise FlowbuilderError(f"Variable {number}: {name} is in the list twice. Keep one of them.")
        if len(value) > LONGEST_VALUE:
            raise FlowbuilderError(f"Variable {number}: a value has at most {LONGEST_VALUE} letters.")
        asked[name] = value
    if len(asked) > MOST_VARIABLES:
        raise FlowbuilderError(f"A deployment has at most {MOST_VARIABLES} variables.")
    return asked
