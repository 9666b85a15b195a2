"""Refusals that a person can act on; anything else that is raised is a bug."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowbuilder.flow.problems import Problem


class FlowbuilderError(Exception):
    """A refusal. Its text is one sentence (or two) fit to show: what is wrong, and what to do."""


class FlowFileError(FlowbuilderError):
    """A file that cannot be read as what it should be (a flow, a bundle)."""


class NotFound(FlowbuilderError):
    """Something that was named is not there."""


class EditRefused(FlowbuilderError):
    """An edit that the flow does not allow; the flow is as it was."""


class StaleEdit(FlowbuilderError):
    """An edit of something that has changed since the author saw it; the flow is as it was."""


class FlowHasErrors(FlowbuilderError):
    """The flow has problems that stop it from being compiled or published."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        count = len(self.problems)
        first = self.problems[0].message if self.problems else ""
        super().__init__(f"The flow has {count} error{'s' if count != 1 else ''}. {first}".strip())


class PlivoRefused(FlowbuilderError):
    """Plivo, or the way to it, said no.

    `status` is the HTTP status of the answer, or None where there was no answer.
    """

    def __init__(self, sentence: str, status: int | None = None) -> None:
        self.status = status
        super().__init__(sentence)
