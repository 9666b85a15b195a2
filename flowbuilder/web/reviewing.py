"""The second person on the publish page: switched on and off, asked for a review, and what they decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, url_for

from flowbuilder.errors import EditRefused, FlowbuilderError
from flowbuilder.store import PRODUCTION
from flowbuilder.web import current
from flowbuilder.web.gate import ask_review, decide_review, require_review
from flowbuilder.web.people import author
from flowbuilder.web.publishing import LONGEST_NOTE, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from flowbuilder.store import FlowRow
    from flowbuilder.store.publish_runs import ToldKind
    from flowbuilder.web import Flowbuilder

reviewing = Blueprint("reviewing", __name__)


@reviewing.post("/flows/<flow_id>/review/required")
def switch(flow_id: str) -> ResponseReturnValue:
    """Switches the second person on or off."""
    required = request.form.get("required") == "1"

    def act(fb: Flowbuilder, row: FlowRow) -> str:
        if fb.store.reviews.is_required(row.id) != required:
            require_review(fb, row.id, required)
            _tell(fb, row, "gate", f"Switched the second person {'on' if required else 'off'}.")
        return (
            "From now on a second person approves what goes live."
            if required
            else "From now on whoever publishes decides alone."
        )

    return _do(flow_id, act)


@reviewing.post("/flows/<flow_id>/review/ask")
def ask(flow_id: str) -> ResponseReturnValue:
    """Asks for a review of the drawing as it stands, in place of one that still waits."""

    def act(fb: Flowbuilder, row: FlowRow) -> str:
        waiting = [one for one in fb.store.reviews.list(row.id) if one.state == "asked"]
        ask_review(fb, row, author(), _note())
        for older in waiting:
            if older.revision != row.revision:
                fb.store.reviews.withdraw(row.id, older.revision)
        _tell(fb, row, "review", _noted(f"Asked for a review of revision {row.revision}"))
        return "Asked. Somebody else approves or declines it on this page."

    return _do(flow_id, act)


@reviewing.post("/flows/<flow_id>/review/withdraw")
def withdraw(flow_id: str) -> ResponseReturnValue:
    """Takes the asking back; only who asked can."""

    def act(fb: Flowbuilder, row: FlowRow) -> str:
        revision = _revision()
        review = fb.store.reviews.get(row.id, revision)
        if review is not None and review.asked_by != author():
            raise EditRefused(f"{review.asked_by} asked for this review. Decline it instead.")
        if not fb.store.reviews.withdraw(row.id, revision):
            raise EditRefused("Somebody has decided this review meanwhile. Look at it again.")
        _tell(fb, row, "review", f"Took the asking for a review of revision {revision} back.")
        return "The review is not asked for any more."

    return _do(flow_id, act)


@reviewing.post("/flows/<flow_id>/review/decide")
def decide(flow_id: str) -> ResponseReturnValue:
    """Keeps what the second person decides about the revision that they were shown."""

    def act(fb: Flowbuilder, row: FlowRow) -> str:
        revision, decision = _revision(), request.form.get("decision", "")
        if decision not in ("approve", "decline"):
            raise EditRefused("Choose Approve or Decline.")
        decide_review(fb, row, revision, decision == "approve", author(), _note())
        _tell(fb, row, "review", _noted(f"{decision.capitalize()}d revision {revision}"))
        return "Approved. It can be published now." if decision == "approve" else "Declined. It does not go live."

    return _do(flow_id, act)


def _do(flow_id: str, act: Callable[[Flowbuilder, FlowRow], str]) -> ResponseReturnValue:
    """Does it and shows the publish page again: with what it came to, or with why not and the note as typed."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    deployment = request.form.get("deployment", "") or PRODUCTION
    try:
        told = act(fb, row)
    except FlowbuilderError as refusal:
        return show(flow_id, deployment, refusal=str(refusal), typed_note=request.form.get("note", "")), 422
    flash(told, "ok")
    where = None if deployment == PRODUCTION else deployment
    return redirect(url_for("publishing.page", flow_id=flow_id, deployment=where), 303)


def _tell(fb: Flowbuilder, row: FlowRow, kind: ToldKind, sentence: str) -> None:
    fb.store.publish_runs.tell(row.id, kind, sentence, author())


def _note() -> str:
    return " ".join(request.form.get("note", "").split())[:LONGEST_NOTE]


def _noted(sentence: str) -> str:
    note = _note()
    return f"{sentence}: “{note}”" if note else f"{sentence}."


def _revision() -> int:
    return request.form.get("revision", 0, type=int)
