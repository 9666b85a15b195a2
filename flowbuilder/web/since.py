"""What has changed since, as a count: the chips beside a live version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.flow.diff import changes_between
from flowbuilder.steps.wording import StepWording

if TYPE_CHECKING:
    from flowbuilder.flow.model import Flow


def changes_for_caller(before: Flow, after: Flow) -> int:
    """How many differences a caller could meet; where cards stand, names and notes do not count."""
    return sum(change.for_caller for change in changes_between(before, after, StepWording()))
