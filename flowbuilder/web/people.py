"""Who is working: the name that a person gave once, kept in the session, for what says who did it."""

from __future__ import annotations

from flask import has_request_context, session

from flowbuilder.errors import FlowbuilderError

LONGEST = 60
SOMEBODY = "somebody"


def author() -> str:
    """The name of who asks; empty where none was given, and where no browser asks."""
    return str(session.get("name", "")) if has_request_context() else ""


def keep_name(name: str) -> None:
    """Keeps the name in the session; an empty one forgets it. Raises FlowbuilderError where it is too long."""
    name = " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
    if len(name) > LONGEST:
        raise FlowbuilderError(f"A name has at most {LONGEST} letters.")
    session["name"] = name


def person(name: str) -> str:
    """An author as a page shows it."""
    return name or SOMEBODY
