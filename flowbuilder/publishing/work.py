"""One run of a plan: doing its steps, finishing what was interrupted, and putting back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Any, Literal

from flowbuilder.errors import PlivoRefused
from flowbuilder.publishing.account import AnswerLost
from flowbuilder.publishing.application_fields import ON_UPDATE_ONLY, differing, former, held
from flowbuilder.publishing.changes import ApplicationChange, Holder, Move, Step
from flowbuilder.publishing.progress import GONE, ChangedMeanwhile, Progress
from flowbuilder.publishing.reading import or_none

Json = dict[str, Any]


class Work(Progress):
    """The steps of one run: done, finished after an interruption, or undone."""

    def do(self, step: Step) -> str:
        """Does one step and gives the sentence that tells it; raises PlivoRefused."""
        if not isinstance(step, ApplicationChange):
            return self._move(step)
        return {"create": self._create, "change": self._change, "delete": self._delete}[step.action](step)

    def finish(self, step: Step) -> str:
        """As `do` for a step of a run that was interrupted: looks first how far it has come.

        Raises ChangedMeanwhile where it is neither as before nor as planned.
        """
        if not isinstance(step, ApplicationChange):
            now = self._held_by(step)
            if now == self._target(step):
                return self._moved(step)
            # What had arrived and is where it was before has been moved back by somebody.
            if now != step.before.app_id or step in self.arrived:
                raise ChangedMeanwhile(f"{_capitalised(step.subject)} was moved meanwhile; it stays where it is now.")
            return self._move(step)
        if step.action == "create":
            return self._finish_creation(step)
        found = self._ours(step)
        if step.action == "delete":
            return self._delete(step) if found else self._deleted(step)
        if found is None:
            raise ChangedMeanwhile(f"The Application {step.app_name} was deleted meanwhile.")
        moved = [c for c in step.changes if held(found, c.field) not in (c.before, c.after)]
        if moved:
            raise ChangedMeanwhile(f"The Application {step.app_name} was changed meanwhile ({moved[0].field}).")
        return self._change(step) if differing(found, step.fields) else self._changed(step)

    def put_back(self) -> Iterator[tuple[Literal["put back", "not put back"], str, int]]:
        """Undoes what has begun, last first, as far as it goes; tells each with its step's index."""
        self._undoing = True
        if self.begun:
            self._tell(None, "undo", "begun")
        while self.begun:
            step = self.begun.pop()
            index = self.plan.steps.index(step)
            try:
                sentence = self._undo(step)
            except PlivoRefused as refusal:
                subject = _subject(step)
                self.left_over.append(subject)
                if not isinstance(step, ApplicationChange):
                    self.stuck.append(step)
                yield "not put back", f"Could not put back {subject}: {refusal}", index
            else:
                yield "put back", sentence, index

    # Numbers and endpoints

    def _move(self, step: Move) -> str:
        self._attach(step, self._target(step))
        return self._moved(step)

    def _moved(self, step: Move) -> str:
        after = Holder(self._target(step), step.after.name)
        return f"{_capitalised(after.words)} answers {step.subject} now."

    # The Application

    def _create(self, step: ApplicationChange) -> str:
        fields = {name: value for name, value in step.fields.items() if name not in ON_UPDATE_ONLY}
        later = {name: value for name, value in step.fields.items() if name in ON_UPDATE_ONLY and value}
        try:
            with self._changing(step, "create"):
                self.app_id = self.account.create_application(fields)
        except AnswerLost as lost:
            # It may exist all the same: look for it, and never create it a second time.
            found = self._named(step.app_name)
            if found is None:
                raise lost
            self.app_id = str(found["app_id"])
            later = differing(found, step.fields)
        if later:
            self._update(step, later)
        return self._created(step)

    def _finish_creation(self, step: ApplicationChange) -> str:
        found = self._ours(step)
        if found is None and self.app_id is not None:
            raise ChangedMeanwhile(f"The new Application {step.app_name} was deleted meanwhile.")
        if found is None:
            return self._create(step)
        self.app_id = str(found["app_id"])
        later = {name: value for name, value in differing(found, step.fields).items() if name in ON_UPDATE_ONLY}
        if later:
            self._update(step, later)
        return self._created(step)

    def _created(self, step: ApplicationChange) -> str:
        return f"Created the Application {step.app_name}."

    def _change(self, step: ApplicationChange) -> str:
        cleared = any(change.after == "" for change in step.changes)
        try:
            self._update(step, step.fields)
        except AnswerLost:
            self._check_fields(step, step.fields)
        else:
            if cleared and not step.blind:
                self._check_fields(step, step.fields)
        return self._changed(step)

    def _changed(self, step: ApplicationChange) -> str:
        return f"Changed the Application {step.app_name}: {', '.join(change.field for change in step.changes)}."

    def _delete(self, step: ApplicationChange) -> str:
        self._drop(step)
        return self._deleted(step)

    def _drop(self, step: ApplicationChange) -> None:
        try:
            with self._changing(step, "delete"):
                self.account.delete_application(str(self.app_id), cascade=False)
        except PlivoRefused as refusal:
            doubtful = refusal.status == 404 or isinstance(refusal, AnswerLost)
            if not (doubtful and self._ours(step) is None):
                raise

    def _deleted(self, step: ApplicationChange) -> str:
        self.app_id = None
        return f"Deleted the Application {step.app_name}."

    # Ways back

    def _undo(self, step: Step) -> str:
        """Brings one step back to what was before, but for what somebody else has changed since."""
        if not isinstance(step, ApplicationChange):
            return self._move_back(step)
        if step.action == "create":
            return self._uncreate(step)
        found = self._ours(step)
        if step.action == "delete":
            if found is None:
                raise PlivoRefused("it is deleted. Publish again to make a new one.")
            return f"The Application {step.app_name} is still there."
        if found is not None:
            # Only what is as this run set it goes back.
            ours = {c.field: c.before for c in step.changes if held(found, c.field) == c.after}
            self._bring_back(step, found, former(ours))
        self._give_marks_back(step)
        return f"The Application {step.app_name} is as it was before."

    def _bring_back(self, step: ApplicationChange, found: Json, fields: Json) -> None:
        if not differing(found, fields):
            return
        with suppress(AnswerLost):
            self._update(step, fields)
        self._check_fields(step, fields)

    def _give_marks_back(self, step: ApplicationChange) -> None:
        for lost in step.displaced:
            found = or_none(partial(self.account.get_application, lost.app_id))
            if found is not None and not held(found, lost.field):
                with self._changing(step, "update"):
                    self.account.update_application(lost.app_id, {lost.field: True})

    def _uncreate(self, step: ApplicationChange) -> str:
        if self.stuck:
            raise PlivoRefused("it stays, because a number still needs it.")
        found = self._ours(step)
        if found is not None:
            app_id = self.app_id = str(found["app_id"])
            if self._resumed and self._is_used(app_id):
                return f"The Application {step.app_name} stays: somebody has attached something else to it since."
            self._drop(step)
        self._give_marks_back(step)
        self.app_id = None
        return f"The Application {step.app_name} was deleted again." if found else f"There is no {step.app_name}."

    def _is_used(self, app_id: str) -> bool:
        users = [number.application_id for number in self.account.list_numbers()]
        users += [endpoint.application_id for endpoint in self.account.list_endpoints()]
        return app_id in users

    def _move_back(self, step: Move) -> str:
        now, before = self._held_by(step), step.before.app_id
        if now == GONE:
            return f"{_capitalised(step.subject)} is not in this Plivo account any more."
        if now not in (before, self._target(step)):
            return f"{_capitalised(step.subject)} was moved by somebody else meanwhile and stays there."
        if now == before:
            return f"{_capitalised(step.before.words)} answers {step.subject} again."
        if before is not None and not self._is_there(before):
            self._attach(step, None)
            return f"The Application that answered {step.subject} before is gone, so nothing does."
        self._attach(step, before)
        return f"{_capitalised(step.before.words)} answers {step.subject} again."


def _subject(step: Step) -> str:
    """What a step is about and how it was before, for whoever has to put it back by hand."""
    if not isinstance(step, ApplicationChange):
        return f"{step.subject} ({step.before.words} answered it)"
    if step.action == "create":
        return f"the new Application {step.app_name}"
    told = "; ".join(f"{change.field} was {change.before or 'empty'}" for change in step.changes)
    return f"the Application {step.app_name} ({told})" if told else f"the Application {step.app_name}"


def _capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]
