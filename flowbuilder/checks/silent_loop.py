"""A call can go round without ever waiting for the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.checks.view import named
from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.course import Course


def check(course: Course) -> Iterator[Problem]:
    """`silent-loop`: a cycle of passive exits in which nothing waits for the caller."""
    for first, *others in course.silent_loops:
        if others:
            round_trip = f"From “{first}” the call goes round by way of {named(others)} again and again"
        else:
            round_trip = f"“{first}” leads straight back to itself"
        message = (
            f"{round_trip}, and nothing there waits for the caller. "
            "Lead one exit elsewhere, or ask the caller something in between."
        )
        yield Problem("silent-loop", message, node=first)
