"""Reads the arguments of a request as Plivo does, and refuses the ones it would refuse."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

Args = Mapping[str, Any]


class Refused(Exception):
    """The request is answered with this status and error text."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status
        self.error = error


def text(args: Args, name: str, *, required: bool = False) -> str | None:
    """A text argument; None when absent or null."""
    value = args.get(name)
    if value is None or (required and value == ""):
        if required:
            raise Refused(400, f"{name} parameter not present")
        return None
    if not isinstance(value, str):
        raise Refused(400, f"{name} must be a string")
    return value


def matching(args: Args, name: str, pattern: str, rule: str, *, required: bool = False) -> str | None:
    """A text argument that matches a pattern as a whole; `rule` says it in words."""
    value = text(args, name, required=required)
    if value is not None and not re.fullmatch(pattern, value):
        raise Refused(400, f"{name} {rule}")
    return value


def url(args: Args, name: str, *, required: bool = False) -> str | None:
    """An absolute http or https URL; an empty string clears where the URL is not required."""
    value = text(args, name, required=required)
    if not value:
        return value
    try:
        parts = urlsplit(value)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        valid = False
    if not valid or re.search(r"\s", value):
        raise Refused(400, f"{name} must be a valid URL")
    return value


def flag(args: Args, name: str) -> bool | None:
    """A boolean, also when a query string spells it; None when absent."""
    value = args.get(name)
    if value is None or isinstance(value, bool):
        return value
    spelled = {"true": True, "false": False}.get(str(value).lower())
    if spelled is None:
        raise Refused(400, f"{name} must be true or false")
    return spelled


def whole_number(args: Args, name: str, least: int, most: int | None, default: int) -> int:
    """A whole number within its limits, `default` when absent."""
    value = args.get(name)
    if value is None or value == "":
        return default
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise Refused(400, f"{name} must be a whole number") from None
    if number < least or (most is not None and number > most):
        upper = f" and at most {most}" if most is not None else ""
        raise Refused(400, f"{name} must be at least {least}{upper}")
    return number


def subaccount(args: Args, known: Callable[[str], bool]) -> str | None:
    """The subaccount that is named, "" included; None when absent. `known` says whether there is one of that id."""
    named = text(args, "subaccount")
    if named and not known(named):
        raise Refused(400, "subaccount not found")
    return named
