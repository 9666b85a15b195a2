"""What must hold before a flow goes live: no errors, an approval where one is asked for, every variable set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.checks.variable_before_set import env_names
from flowbuilder.checks.view import View
from flowbuilder.errors import EditRefused, FlowbuilderError, FlowHasErrors
from flowbuilder.flow.model import dumps
from flowbuilder.web.flow_uses import all_problems

if TYPE_CHECKING:
    from flowbuilder.flow.model import Flow
    from flowbuilder.store import FlowRow
    from flowbuilder.store.reviews import ReviewRow
    from flowbuilder.store.versions import VersionRow
    from flowbuilder.web import Flowbuilder


def refuse_unready(fb: Flowbuilder, flow_id: str, flow: Flow) -> None:
    """Raises FlowHasErrors."""
    errors = [problem for problem in all_problems(fb, flow_id, flow) if problem.blocks]
    if errors:
        raise FlowHasErrors(errors)


def refuse_unset_variables(fb: Flowbuilder, flow_id: str, flow: Flow, deployment: str) -> None:
    """Raises EditRefused where the flow uses an `env.NAME` that the deployment has not set."""
    settings = fb.store.deployment_settings.get(flow_id, deployment)
    missing = [name for name in env_names(View(flow)) if not settings or name not in settings.variables]
    if missing:
        names = ", ".join(f"env.{name}" for name in missing)
        raise EditRefused(f"This flow uses {names}, which {deployment} has not set. Set it on the page Deployments.")


def revision_to_publish(fb: Flowbuilder, row: FlowRow) -> int:
    """The revision that goes live: the draft's, or where a review is asked for, the newest that was approved.

    Raises EditRefused where none was.
    """
    if not fb.store.reviews.is_required(row.id):
        return row.revision
    approved = approval_of(fb, row.id)
    if approved is None:
        raise EditRefused(
            f"“{row.name}” goes live only after a second person has approved it. Ask for a review on its publish page."
        )
    return approved.revision


def refuse_unapproved(fb: Flowbuilder, kept: VersionRow, deployment: str) -> None:
    """Raises EditRefused for a version that no second person has approved and that was never live there, where one is
    needed. Going back to what was live is never held up.
    """
    if not fb.store.reviews.is_required(kept.flow_id):
        return
    review = fb.store.reviews.get(kept.flow_id, kept.revision)
    if review is not None and review.state == "approved":
        return
    if fb.store.publish_runs.was_live(kept.flow_id, deployment, kept.number):
        return
    approved = approval_of(fb, kept.flow_id)
    # An approved revision that equals a version made before goes live as that.
    if approved is None or dumps(fb.store.flows.load(kept.flow_id, approved.revision)) != dumps(kept.flow):
        raise EditRefused(
            f"Version {kept.number} was never live on {deployment}, and no second person has approved it. Make the "
            "drawing equal to it on its page, and ask for a review."
        )


def approval_of(fb: Flowbuilder, flow_id: str) -> ReviewRow | None:
    """The newest approval, unless a newer review was declined; None where there is none."""
    for review in fb.store.reviews.list(flow_id):
        if review.state == "approved":
            return review
        if review.state == "declined":
            return None
    return None


def ask_review(fb: Flowbuilder, row: FlowRow, author: str, note: str = "") -> None:
    """Asks for a review of the draft as it stands. Raises EditRefused without a name to ask in."""
    if not author:
        raise EditRefused("Say who you are on the settings page first: a review is between two persons.")
    refuse_unready(fb, row.id, fb.store.flows.load(row.id, row.revision))
    fb.store.reviews.ask(row.id, row.revision, author, note)


def decide_review(fb: Flowbuilder, row: FlowRow, revision: int, approves: bool, author: str, note: str = "") -> None:
    """Keeps a decision. Raises EditRefused where it is the asker's own, or none is waiting."""
    review = fb.store.reviews.get(row.id, revision)
    if review is None or review.state != "asked":
        raise EditRefused("No review of this revision is waiting. Look at the publish page again.")
    if not author:
        raise EditRefused("Say who you are on the settings page first: a review is between two persons.")
    if author == review.asked_by:
        raise EditRefused(
            f"{author} asked for this review, so somebody else decides. Log in as yourself on your machine."
        )
    if not fb.store.reviews.decide(row.id, revision, "approved" if approves else "declined", author, note):
        raise EditRefused("Somebody has decided this review meanwhile. Look at the publish page again.")


def require_review(fb: Flowbuilder, flow_id: str, required: bool) -> None:
    """Switches the second person on or off for a flow. Raises FlowbuilderError while a review waits for its end."""
    waiting = [review for review in fb.store.reviews.list(flow_id) if review.state == "asked"]
    if not required and waiting:
        raise FlowbuilderError("A review is waiting. Let it be decided first, then switch reviews off.")
    fb.store.reviews.require(flow_id, required)
