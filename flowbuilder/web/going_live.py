"""What would go live by publishing now: the drawing, what a second person approved of it, or a version made before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowbuilder.web.comparing import DRAFT, Comparison, Side, compare, side_of
from flowbuilder.web.deployed import deployment_of
from flowbuilder.web.flow_uses import all_problems
from flowbuilder.web.gate import approval_of

if TYPE_CHECKING:
    from flowbuilder.flow.diff import Change
    from flowbuilder.flow.problems import Problem
    from flowbuilder.store import FlowRow
    from flowbuilder.store.reviews import ReviewRow
    from flowbuilder.store.versions import VersionSummary
    from flowbuilder.web import Flowbuilder

MOST_TOLD = 6


@dataclass(frozen=True)
class Gate:
    """Where the second person of a flow stands.

    `moved_on` counts what callers would notice of the drawing that is not in what was approved, or waits for it;
    `compared` is the key of what a reviewer compares the waiting revision with, None for the first of all.
    """

    is_required: bool
    waiting: ReviewRow | None = None
    approval: ReviewRow | None = None
    declined: ReviewRow | None = None
    moved_on: int = 0
    compared: str | None = None


@dataclass(frozen=True)
class Candidate:
    """What would go live, as a side to compare: `version` is set for one that was made before.

    `difference` is what callers would notice, None while nothing is live there.
    """

    side: Side
    version: VersionSummary | None
    problems: list[Problem]
    difference: Comparison | None

    @property
    def first_changes(self) -> list[Change]:
        """Those to tell of at once; names of steps come last, for no caller notices them."""
        changes = sorted(self.difference.changes, key=lambda one: not one.for_caller) if self.difference else []
        return changes[:MOST_TOLD]

    @property
    def more(self) -> int:
        """How many changes that leaves out."""
        return max(0, len(self.difference.changes) - MOST_TOLD) if self.difference else 0


def candidate_for(fb: Flowbuilder, row: FlowRow, deployment: str, version: int | None, gate: Gate) -> Candidate:
    """What publishing to the deployment would let callers hear. Raises NotFound for a version that is not there."""
    if version is not None:
        side = side_of(fb, row, str(version))
        kept = next((one for one in fb.store.versions.list(row.id) if one.number == version), None)
    else:
        approved = gate.approval if gate.is_required else None
        side = side_of(fb, row, f"r{approved.revision}" if approved and approved.revision != row.revision else DRAFT)
        kept = None
    return Candidate(side, kept, all_problems(fb, row.id, side.flow), difference_to(fb, row, deployment, side))


def difference_to(fb: Flowbuilder, row: FlowRow, deployment: str, side: Side) -> Comparison | None:
    """What callers would notice if the side were live on the deployment; None while nothing is."""
    live = deployment_of(fb, row.id, deployment)
    return compare(side_of(fb, row, str(live.version)), side) if live else None


def gate_of(fb: Flowbuilder, row: FlowRow) -> Gate:
    """Where the flow's second person stands; says nothing of reviews while none is needed."""
    if not fb.store.reviews.is_required(row.id):
        return Gate(False)
    reviews = fb.store.reviews.list(row.id)
    waiting = next((one for one in reviews if one.state == "asked"), None)
    decided = next((one for one in reviews if one.state != "asked"), None)
    approval = approval_of(fb, row.id)
    looked_at = waiting or approval
    live = deployment_of(fb, row.id)
    return Gate(
        True,
        waiting,
        approval,
        decided if decided and decided.state == "declined" else None,
        _moved_on(fb, row, looked_at.revision) if looked_at else 0,
        str(live.version) if live else f"r{approval.revision}" if approval else None,
    )


def _moved_on(fb: Flowbuilder, row: FlowRow, revision: int) -> int:
    if revision == row.revision:
        return 0
    return compare(side_of(fb, row, f"r{revision}"), side_of(fb, row, DRAFT)).count
