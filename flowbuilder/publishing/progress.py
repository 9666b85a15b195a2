"""How far a run of a plan has come: what has begun, whose turn it is to be told, and what the account says now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from flowbuilder.errors import PlivoRefused
from flowbuilder.publishing.account import Account, AnswerLost, PlivoEndpoint, PlivoNumber
from flowbuilder.publishing.application_fields import differing
from flowbuilder.publishing.changes import ApplicationChange, Move, NumberChange, Plan, Step
from flowbuilder.publishing.reading import or_none

Json = dict[str, Any]
Journal = Callable[[Json], None]

# In the place of an Application's id: the account has the number or endpoint no more.
GONE = "(gone)"


class ChangedMeanwhile(PlivoRefused):
    """Somebody has changed in the account what the plan was about; nothing of that is touched."""


class Progress:
    """What our Application is, which steps have begun, and what could not be put back.

    `journal` is told before and after each request that changes something: {"step" (index into the plan's steps,
    None when putting back begins), "doing" ("do", "undo"), "request" ("create", "update", "delete", "attach"),
    "state" ("begun", "ended", "lost" where the answer never came, "refused"), "app_id" (ours, once it is known)}.
    """

    def __init__(self, account: Account, plan: Plan, journal: Journal | None = None) -> None:
        self.account = account
        self.plan = plan
        self.app_id = plan.application.app_id
        self.begun: list[Step] = []
        self.arrived: list[Step] = []
        self.left_over: list[str] = []
        self.stuck: list[Move] = []
        self._journal = journal
        self._resumed = False
        self._undoing = False

    def remember(self, done: Sequence[Mapping[str, Any]]) -> bool:
        """Takes up what an earlier run has told its journal; gives whether it was putting back already."""
        self._resumed = True
        under_way: Counter[int] = Counter()
        was_undoing = False
        for entry in done:
            self.app_id = entry["app_id"] or self.app_id
            was_undoing = was_undoing or entry["doing"] == "undo"
            if entry["doing"] == "do":
                # A request that was refused did nothing; one whose end nobody told may have.
                under_way[int(entry["step"])] += {"begun": 1, "refused": -1}.get(entry["state"], 0)
        ended = {entry["step"] for entry in done if entry["doing"] == "do" and entry["state"] == "ended"}
        self.arrived = [step for index, step in enumerate(self.plan.steps) if index in ended]
        self.begun = [step for index, step in enumerate(self.plan.steps) if under_way[index] > 0]
        return was_undoing

    def _target(self, step: Move) -> str | None:
        return step.after.app_id if step.after.app_id != "" else self.app_id

    def _attach(self, step: Move, app_id: str | None) -> None:
        """Moves it and reads it back: an answer of "changed" alone proves nothing (plivo-api.md 3.4)."""
        unheard = None
        try:
            with self._changing(step, "attach"):
                if isinstance(step, NumberChange):
                    self.account.attach_number(step.number, app_id or "")
                else:
                    self.account.attach_endpoint(step.endpoint_id, app_id or "")
        except AnswerLost as lost:
            # It may have moved all the same; the look that follows tells.
            unheard = lost
        now = self._held_by(step)
        if now == app_id:
            return
        if now not in (step.before.app_id, self._target(step)):
            raise ChangedMeanwhile(f"Somebody else has moved {step.subject} at this moment. Look at the plan again.")
        if unheard is not None:
            raise unheard
        raise PlivoRefused(f"Plivo did not move {step.subject}. Move it in Plivo's console, or try again.")

    def _held_by(self, step: Move) -> str | None:
        """The Application that has the number or endpoint now; GONE when the account has it no more."""
        # Asked again before it is given up: what is not there stays as it is, for good.
        thing = or_none(partial(self._read, step)) or or_none(partial(self._read, step))
        return thing.application_id if thing else GONE

    def _is_there(self, app_id: str) -> bool:
        read = partial(self.account.get_application, app_id)
        return (or_none(read) or or_none(read)) is not None

    def _read(self, step: Move) -> PlivoNumber | PlivoEndpoint:
        if isinstance(step, NumberChange):
            return self.account.get_number(step.number)
        return self.account.get_endpoint(step.endpoint_id)

    def _update(self, step: ApplicationChange, fields: Mapping[str, Any]) -> None:
        with self._changing(step, "update"):
            self.account.update_application(str(self.app_id), fields)

    def _check_fields(self, step: ApplicationChange, fields: Mapping[str, Any]) -> None:
        wrong = differing(self.account.get_application(str(self.app_id)), fields)
        if wrong:
            names = ", ".join(wrong)
            raise PlivoRefused(f"Plivo did not take over {names} of the Application {step.app_name}. Try again.")

    def _ours(self, step: ApplicationChange) -> Json | None:
        """Our Application: by its id, and by its name where the id never came or is said not to be there."""
        found: Json | None = or_none(lambda: self.account.get_application(str(self.app_id))) if self.app_id else None
        found = found or self._named(step.app_name)
        return found if found and self.app_id in (None, str(found["app_id"])) else None

    def _named(self, name: str) -> Json | None:
        return next((a for a in self.account.list_applications(name_prefix=name) if a.get("app_name") == name), None)

    @contextmanager
    def _changing(self, step: Step, request: str) -> Iterator[None]:
        """Around a request that changes something: the journal knows of it before and after."""
        index = self.plan.steps.index(step)
        self._tell(index, request, "begun")
        is_new = not self._undoing and step not in self.begun
        if is_new:
            self.begun.append(step)
        try:
            yield
        except AnswerLost:
            self._tell(index, request, "lost")
            raise
        except PlivoRefused:
            if is_new:
                self.begun.remove(step)
            self._tell(index, request, "refused")
            raise
        self._tell(index, request, "ended")

    def _tell(self, index: int | None, request: str, state: str) -> None:
        if self._journal is None:
            return
        doing = "undo" if self._undoing else "do"
        entry = {"step": index, "doing": doing, "request": request, "state": state, "app_id": self.app_id}
        try:
            self._journal(entry)
        except Exception:
            # While putting back, the account matters more than the record of it.
            if not self._undoing:
                raise
