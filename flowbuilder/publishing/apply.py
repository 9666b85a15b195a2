"""Carries out a plan step by step, checks what was done, and puts everything back when a step fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from flowbuilder.errors import PlivoRefused
from flowbuilder.publishing.account import Account
from flowbuilder.publishing.changes import EndpointChange, Move, NumberChange, Plan, Step
from flowbuilder.publishing.progress import Journal
from flowbuilder.publishing.work import Work

Json = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """How an apply ended. `numbers` and `endpoints` are those that our Application answers now.

    Each is {"number", "previous_app_id"} or {"endpoint_id", "username", "previous_app_id"}: the last is what
    unpublishing gives back to it. `app_id` is None where there is no Application of ours (any more).

    When not `ok`, `error` says why and `left_over` names what could not be put back (nothing, as a rule).
    """

    ok: bool
    app_id: str | None
    app_name: str
    numbers: list[Json]
    error: str | None = None
    left_over: list[str] = field(default_factory=list)
    endpoints: list[Json] = field(default_factory=list)


@dataclass(frozen=True)
class Result:
    """What happened. `step` is the index into `plan.steps`; only the last, "finished", has the outcome."""

    state: Literal["done", "failed", "put back", "not put back", "finished"]
    sentence: str
    step: int | None = None
    outcome: Outcome | None = None

    def to_json(self) -> Json:
        outcome = vars(self.outcome) if self.outcome else None
        return {"state": self.state, "step": self.step, "sentence": self.sentence, "outcome": outcome}


def apply_plan(account: Account, plan: Plan, journal: Journal | None = None) -> Iterator[Result]:
    """Does the plan's steps, telling each as it ends; then the account is as planned, or as before.

    Never raises PlivoRefused: a failure is told, what was done is put back in reverse order, and the
    outcome says so. Left early (closed, interrupted), it puts back too. What `journal` was told (see Progress)
    is what `resume` needs when the process died on the way.
    """
    work = Work(account, plan, journal)
    yield from _run(work, work.do)


def resume(
    account: Account, plan: Plan, done: Sequence[Mapping[str, Any]], journal: Journal | None = None
) -> Iterator[Result]:
    """Ends a run that broke off anywhere: `done` is what its journal was told, and this run goes on telling it.

    Finishes the plan; puts back instead where the run was doing so already, where a step fails, and where
    somebody has changed something of the plan in the meantime, which then stays. A run that had not begun to
    change anything stays undone. May itself be interrupted, and resumed again.
    """
    work = Work(account, plan, journal)
    was_undoing = work.remember(done)
    if work.begun and not was_undoing:
        yield from _run(work, work.finish)
        return
    error = "It broke off before it was done."
    yield from _put_back(work)
    yield Result("finished", _verdict(work, error), outcome=_outcome(work, error))


def _run(work: Work, do: Callable[[Step], str]) -> Iterator[Result]:
    settled = False
    try:
        for index, step in enumerate(work.plan.steps):
            try:
                sentence = do(step)
            except PlivoRefused as refusal:
                error = str(refusal)
                yield Result("failed", f"{step.sentence} This failed: {error}", index)
                yield from _put_back(work)
                settled = True
                yield Result("finished", _verdict(work, error), outcome=_outcome(work, error))
                return
            yield Result("done", sentence, index)
        settled = True
        yield Result("finished", "Everything is as planned.", outcome=_outcome(work, None))
    finally:
        if not settled:
            for _ in work.put_back():
                pass


def _put_back(work: Work) -> Iterator[Result]:
    for state, sentence, index in work.put_back():
        yield Result(state, sentence, index)


def _verdict(work: Work, error: str) -> str:
    if work.left_over:
        return f"Not published: {error} Put this back in Plivo's console: {'; '.join(work.left_over)}."
    return f"Not published; the account is as it was before. {error}"


def _outcome(work: Work, error: str | None) -> Outcome:
    held = [(move, move.previous_app_id) for move in work.plan.moves if _is_ours(work, move, error is None)]
    # What was to be released and is ours still goes back to the same at the next try.
    held = [(move, move.after.app_id if move.action == "release" else previous) for move, previous in held]
    return Outcome(
        error is None,
        work.app_id,
        work.plan.application.app_name,
        [{"number": f"+{m.number}", "previous_app_id": p} for m, p in held if isinstance(m, NumberChange)],
        error,
        work.left_over,
        [
            {"endpoint_id": m.endpoint_id, "username": m.username, "previous_app_id": p}
            for m, p in held
            if isinstance(m, EndpointChange)
        ],
    )


def _is_ours(work: Work, move: Move, ok: bool) -> bool:
    """Whether our Application answers it at the end: where put back failed, it is as if the step had been done."""
    done = ok or move in work.stuck
    return move.action == "keep" or (move.action == "attach") == done
