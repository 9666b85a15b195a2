"""Carries out a plan step by step, checks what was done, and puts everything back when a step fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from flowbuilder.errors import PlivoRefused
from flowbuilder.publishing.account import Account
from flowbuilder.publishing.changes import ApplicationChange, FieldChange, Holder, NumberChange, Plan, Step
from flowbuilder.publishing.refusals import AnswerLost

Json = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """How an apply ended. `numbers` are those that our Application answers now.

    Each is {"number", "previous_app_id"}: the latter is what unpublishing gives back to it.

    When not `ok`, `error` says why and `left_over` names what could not be put back (nothing, as a rule).
    """

    ok: bool
    app_id: str | None
    app_name: str
    numbers: list[Json]
    error: str | None = None
    left_over: list[str] = field(default_factory=list)


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


def apply_plan(account: Account, plan: Plan) -> Iterator[Result]:
    """Does the plan's steps, telling each as it ends; then the account is as planned, or as before.

    Never raises PlivoRefused: a failure is told, what was done is put back in reverse order, and the
    outcome says so. Left early (closed, interrupted), it puts back too.
    """
    work = _Work(account, plan)
    settled = False
    try:
        for index, step in enumerate(plan.steps):
            try:
                sentence = work.do(step)
            except PlivoRefused as refusal:
                error = str(refusal)
                yield Result("failed", f"{step.sentence} This failed: {error}", index)
                yield from work.put_back()
                settled = True
                yield Result("finished", work.verdict(error), outcome=work.outcome(error))
                return
            yield Result("done", sentence, index)
        settled = True
        yield Result("finished", "Everything is as planned.", outcome=work.outcome(None))
    finally:
        if not settled:
            for _ in work.put_back():
                pass


@dataclass
class _Undo:
    """One way back: what it is about, what it says when done, and doing it."""

    index: int
    number: NumberChange | None
    subject: str
    done: str
    do: Callable[[], None]


class _Work:
    """One run of a plan: what our Application is, and how to put back what has been done."""

    def __init__(self, account: Account, plan: Plan) -> None:
        self.account = account
        self.plan = plan
        self.app_id = plan.application.app_id
        self.undos: list[_Undo] = []
        self.left_over: list[str] = []
        self.stuck: list[NumberChange] = []

    def do(self, step: Step) -> str:
        """Does one step and gives the sentence that tells it; raises PlivoRefused."""
        if isinstance(step, NumberChange):
            return self._move(step)
        if step.action == "create":
            return self._create(step)
        if step.action == "change":
            return self._change(step)
        return self._delete(step)

    def put_back(self) -> Iterator[Result]:
        """Undoes what was done, last first, as far as it goes."""
        while self.undos:
            undo = self.undos.pop()
            try:
                undo.do()
            except PlivoRefused as refusal:
                self.left_over.append(undo.subject)
                if undo.number is not None:
                    self.stuck.append(undo.number)
                yield Result("not put back", f"Could not put back {undo.subject}: {refusal}", undo.index)
            else:
                yield Result("put back", undo.done, undo.index)

    def verdict(self, error: str) -> str:
        if self.left_over:
            return f"Not published: {error} Put this back in Plivo's console: {'; '.join(self.left_over)}."
        return f"Not published; the account is as it was before. {error}"

    def outcome(self, error: str | None) -> Outcome:
        holding = [n for n in self.plan.numbers if n.action == "keep" or (n.action == "attach" and error is None)]
        holding += [number for number in self.stuck if number.action == "attach"]
        numbers = [{"number": f"+{n.number}", "previous_app_id": n.previous_app_id} for n in holding]
        return Outcome(error is None, self.app_id, self.plan.application.app_name, numbers, error, self.left_over)

    def _remember(self, step: Step, subject: str, done: str, do: Callable[[], None]) -> None:
        number = step if isinstance(step, NumberChange) else None
        self.undos.append(_Undo(self.plan.steps.index(step), number, subject, done, do))

    def _create(self, step: ApplicationChange) -> str:
        name = step.app_name
        subject = f"the new Application {name}"

        def undo() -> None:
            if self.stuck:
                raise PlivoRefused("it stays, because a number still needs it.")
            self._delete_ours(name)

        try:
            self.app_id = self.account.create_application(step.fields)
        except AnswerLost as lost:
            # It may exist all the same: look for it, and never create it a second time.
            self._remember(step, subject, f"There is no Application {name} any more.", undo)
            found = self._named(name)
            if found is None:
                raise lost
            self.app_id = str(found["app_id"])
            wrong = _differences(found, step.fields)
            if wrong:
                self.account.update_application(self.app_id, wrong)
        else:
            self._remember(step, subject, f"The Application {name} was deleted again.", undo)
        return f"Created the Application {name}."

    def _change(self, step: ApplicationChange) -> str:
        app_id = str(step.app_id)
        doubtful = any(change.after == "" for change in step.changes)
        try:
            self.account.update_application(app_id, step.fields)
        except AnswerLost:
            self._remember_change(step, app_id)
            doubtful = True
        else:
            self._remember_change(step, app_id)
        if doubtful:
            self._check_fields(app_id, step.app_name, step.fields)
        return f"Changed the Application {step.app_name}: {_listed(step.changes)}."

    def _remember_change(self, step: ApplicationChange, app_id: str) -> None:
        former = {change.field: "" if change.before is None else change.before for change in step.changes}

        def undo() -> None:
            self.account.update_application(app_id, former)
            self._check_fields(app_id, step.app_name, former)

        told = "; ".join(f"{name} was {value or 'empty'}" for name, value in former.items())
        subject = f"the Application {step.app_name} ({told})"
        self._remember(step, subject, f"The Application {step.app_name} is as it was before.", undo)

    def _delete(self, step: ApplicationChange) -> str:
        app_id = str(step.app_id)
        try:
            self.account.delete_application(app_id, cascade=False)
        except PlivoRefused as refusal:
            doubtful = refusal.status == 404 or isinstance(refusal, AnswerLost)
            if not (doubtful and self._is_gone(app_id)):
                raise
        self.app_id = None
        return f"Deleted the Application {step.app_name}."

    def _move(self, step: NumberChange) -> str:
        target = step.after.app_id if step.after.app_id != "" else self.app_id

        def undo() -> None:
            self._settle(step.number, step.before.app_id)

        subject = f"+{step.number} ({step.before.words} answered it)"
        done = f"{_capitalised(step.before.words)} answers +{step.number} again."
        try:
            self.account.attach_number(step.number, target or "")
        except AnswerLost:
            self._remember(step, subject, done, undo)
        else:
            self._remember(step, subject, done, undo)
        self._check_number(step.number, target)
        after = Holder(target, step.after.name)
        return f"{_capitalised(after.words)} answers +{step.number} now."

    def _settle(self, number: str, app_id: str | None) -> None:
        self.account.attach_number(number, app_id or "")
        self._check_number(number, app_id)

    def _check_number(self, number: str, app_id: str | None) -> None:
        """Reads the number back: an answer of "changed" alone proves nothing (plivo-api.md 3.4)."""
        if self.account.get_number(number).application_id != app_id:
            raise PlivoRefused(f"Plivo did not move +{number}. Move it in Plivo's console, or try again.")

    def _check_fields(self, app_id: str, name: str, fields: Any) -> None:
        wrong = _differences(self.account.get_application(app_id), fields)
        if wrong:
            raise PlivoRefused(f"Plivo did not take over {', '.join(wrong)} of the Application {name}. Try again.")

    def _delete_ours(self, name: str) -> None:
        """Deletes the Application that this run created, looked up by name if its id never came."""
        if self.app_id is None:
            found = self._named(name)
            self.app_id = str(found["app_id"]) if found else None
        if self.app_id is None:
            return
        try:
            self.account.delete_application(self.app_id, cascade=False)
        except AnswerLost:
            if not self._is_gone(self.app_id):
                raise
        self.app_id = None

    def _named(self, name: str) -> Json | None:
        return next((a for a in self.account.list_applications(name_prefix=name) if a.get("app_name") == name), None)

    def _is_gone(self, app_id: str) -> bool:
        try:
            self.account.get_application(app_id)
        except PlivoRefused as refusal:
            if refusal.status == 404:
                return True
            raise
        return False


def _differences(found: Json, fields: Any) -> Json:
    """Those of `fields` that the Application does not hold; "" and null are the same."""
    aliases = {"default_number_app": "default_app"}
    held = {name: found.get(aliases.get(name, name)) for name in fields}
    return {name: value for name, value in fields.items() if (held[name] or "") != (value or "")}


def _listed(changes: tuple[FieldChange, ...]) -> str:
    return ", ".join(change.field for change in changes)


def _capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]
