"""A menu with more choices than a caller can keep in mind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.view import Looked, View


MOST_CHOICES = 5


def check(view: View, looked: list[Looked]) -> Iterator[Problem]:
    """`long-menu`: more than five choices."""
    for at in looked:
        count = len(at.crossing.choices)
        if count > MOST_CHOICES:
            message = (
                f"{count} choices are hard to keep in mind; callers manage {MOST_CHOICES}. "
                "Group some of them into a second menu."
            )
            yield Problem("long-menu", message, node=at.id)
