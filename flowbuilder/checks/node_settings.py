"""What is wrong with a node by itself: a step we do not have, and settings that cannot be as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.view import Looked, View
    from flowbuilder.flow.problems import Problem


def check(view: View, looked: list[Looked]) -> Iterator[Problem]:
    """`unknown-step`, `bad-setting`, `bad-expression`, `duplicate-choice`: found where a node is read (`steps`)."""
    for at in looked:
        yield from at.reading.problems
