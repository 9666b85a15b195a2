"""Any history: several flows, faults, crashes and people in Plivo's console; each number answers as was meant last.

For a long run: `python -m tests.publishing.test_any_history 1000`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from flowbuilder.errors import FlowbuilderError
from flowbuilder.publishing.apply import Outcome, apply_plan, resume
from flowbuilder.publishing.changes import Plan
from flowbuilder.publishing.desired import Desired, application_name, desired_application
from flowbuilder.publishing.drift import Facts, find_drift, take_back
from flowbuilder.publishing.plan import make_plan, unpublish_plan
from flowbuilder.publishing.rollback import rollback_plan
from flowbuilder.sandbox.faults import KINDS
from tests.publishing.conftest import NUMBER, OTHER, PUBLIC_URL, Crash, World, opened_world

FLOWS = ("clinic-1", "taxi-2", "bank-3")
NUMBERS = (NUMBER, OTHER, "18005550199")
CONSOLE = "https://elsewhere.example.net/"

flows = st.sampled_from(FLOWS)
numbers = st.sampled_from(NUMBERS)
# Nothing, a fault at a request, or a death after so many moments.
troubles = st.one_of(
    st.none(),
    st.none(),
    st.tuples(st.sampled_from([kind for kind in KINDS if kind != "slow"]), st.integers(1, 9)),
    st.tuples(st.just("crash"), st.integers(0, 24)),
)
Trouble = tuple[str, int] | None


def version_of(flow: str, version: int) -> Desired:
    return desired_application(flow, version, "welcome", PUBLIC_URL, version % 3 == 0)


@dataclass
class Meant:
    """What everybody has meant so far: which Application answers a number, and what that says."""

    says: dict[str, str] = field(default_factory=dict)
    ours: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str | None] = field(default_factory=lambda: dict.fromkeys(NUMBERS))
    before_us: dict[str, dict[str, str | None]] = field(default_factory=lambda: {flow: {} for flow in FLOWS})
    made: int = 0

    def publish(self, flow: str, version: int, wanted: Sequence[str]) -> None:
        if flow not in self.ours:
            self.made += 1
            self.ours[flow] = f"{flow} {self.made}"
        ours = self.ours[flow]
        self.says[ours] = version_of(flow, version).fields["answer_url"]
        former = self.before_us[flow]
        self.give_back(flow, [number for number in former if number not in wanted])
        self.before_us[flow] = {
            number: former.get(number) if self.answers[number] == ours else self.answers[number] for number in wanted
        }
        self.answers.update(dict.fromkeys(wanted, ours))

    def give_back(self, flow: str, released: Sequence[str]) -> None:
        for number in released:
            if flow in self.ours and self.answers[number] == self.ours[flow]:
                holder = self.before_us[flow].get(number)
                self.answers[number] = holder if holder in self.says and holder != self.ours[flow] else None

    def unpublish(self, flow: str, delete: bool) -> None:
        self.give_back(flow, list(self.before_us[flow]))
        self.before_us[flow] = {}
        if delete:
            self.delete(flow)

    def delete(self, flow: str) -> None:
        gone = self.ours.pop(flow, None)
        self.says.pop(gone or "", None)
        self.answers.update({number: None for number, holder in self.answers.items() if holder and holder == gone})


@dataclass
class Known:
    """What is kept of a flow that is live."""

    app_id: str
    numbers: list[dict[str, Any]]
    version: int


@dataclass
class BrokenOff:
    """A run that did not come to its end, as the database has it."""

    flow: str
    plan: str
    journal: list[dict[str, Any]]
    keep: Callable[[Outcome], None]


class AnyHistory(RuleBasedStateMachine):
    world: World

    def __init__(self) -> None:
        super().__init__()
        self.world.reset()
        self.meant = [Meant()]
        self.known: dict[str, Known] = {}
        self.draft = dict.fromkeys(FLOWS, 1)
        self.broken_off: BrokenOff | None = None
        self.foreign: dict[str, str] = {}
        for name in ("Old-IVR", "New-IVR", "Third-IVR"):
            app = {"app_name": name, "answer_url": CONSOLE + name}
            self.foreign[name] = self.world.account.create_application(app)
            self.meant[0].says[name] = app["answer_url"]
        for number, name in ((NUMBER, "Old-IVR"), (OTHER, "New-IVR")):
            self.world.account.attach_number(number, self.foreign[name])
            self.meant[0].answers[number] = name

    @rule(flow=flows)
    def edit(self, flow: str) -> None:
        self.draft[flow] += 1

    @precondition(lambda self: not self.broken_off)
    @rule(flow=flows, wanted=st.sets(numbers), trouble=troubles)
    def publish(self, flow: str, wanted: set[str], trouble: Trouble) -> None:
        version, known, chosen = self.draft[flow], self.known.get(flow), sorted(wanted)

        def plan() -> Plan:
            app_id, held = (known.app_id, known.numbers) if known else (None, [])
            return make_plan(self.world.account, version_of(flow, version), chosen, app_id, held, release_others=True)

        self.carry_out(
            flow, plan, lambda meant: meant.publish(flow, version, chosen), self.keeper(flow, version), trouble
        )

    @precondition(lambda self: not self.broken_off)
    @rule(flow=flows, back=st.integers(1, 3), trouble=troubles)
    def roll_back(self, flow: str, back: int, trouble: Trouble) -> None:
        known = self.known.get(flow)
        if known is None or known.version <= back:
            return
        target = version_of(flow, known.version - back)
        name, live = application_name(flow), version_of(flow, known.version)
        plan = rollback_plan(self.world.account.auth_id, known.app_id, name, live, target, known.numbers)

        def mean(meant: Meant) -> None:
            if flow in meant.ours and plan.steps:
                meant.says[meant.ours[flow]] = target.fields["answer_url"]

        self.carry_out(flow, lambda: plan, mean, self.keeper(flow, known.version - back), trouble)

    @precondition(lambda self: not self.broken_off)
    @rule(flow=flows, delete=st.booleans(), trouble=troubles)
    def unpublish(self, flow: str, delete: bool, trouble: Trouble) -> None:
        known = self.known.get(flow)
        if known is None:
            return

        def plan() -> Plan:
            return unpublish_plan(self.world.account, known.app_id, known.numbers, delete_application=delete)

        self.carry_out(flow, plan, lambda meant: meant.unpublish(flow, delete), self.forgetter(flow), trouble)

    @precondition(lambda self: not self.broken_off)
    @rule(flow=flows, trouble=troubles)
    def take_back(self, flow: str, trouble: Trouble) -> None:
        known = self.known.get(flow)
        if known is None:
            return
        facts = Facts(known.app_id, application_name(flow), version_of(flow, known.version), known.numbers)
        wanted = [str(entry["number"]).lstrip("+") for entry in known.numbers]

        def settled(outcome: Outcome) -> None:
            self.keeper(flow, known.version)(outcome)
            again = Facts(str(outcome.app_id), facts.app_name, facts.desired, outcome.numbers)
            assert find_drift(self.world.account, again) == []

        self.carry_out(
            flow,
            lambda: take_back(self.world.account, facts),
            lambda meant: meant.publish(flow, known.version, wanted),
            settled,
            trouble,
        )

    @precondition(lambda self: self.broken_off)
    @rule(trouble=troubles)
    def start_again(self, trouble: Trouble) -> None:
        broken_off = self.broken_off
        assert broken_off
        plan = Plan.from_json(json.loads(broken_off.plan))
        journal = broken_off.journal

        def run() -> Outcome | None:
            done = json.loads(json.dumps(journal))
            return list(resume(self.world.account, plan, done, self.world.journal(journal)))[-1].outcome

        self.settle(broken_off, run, trouble)

    # People at work in Plivo's console

    @rule(number=numbers, holder=st.sampled_from(["Old-IVR", "New-IVR", None]))
    def move_in_console(self, number: str, holder: str | None) -> None:
        if self.broken_off:
            # Elsewhere than the run would have it, now or before: what it means is then beyond doubt.
            holder = "Third-IVR"
        self.world.account.attach_number(number, self.foreign[holder] if holder else "")
        for meant in self.meant:
            meant.answers[number] = holder

    @rule(flow=flows)
    def change_url_in_console(self, flow: str) -> None:
        for app in self.applications(flow):
            self.world.account.update_application(app["app_id"], {"answer_url": CONSOLE + flow})
            for meant in self.meant:
                if flow in meant.ours:
                    meant.says[meant.ours[flow]] = CONSOLE + flow

    @rule(flow=flows)
    def delete_in_console(self, flow: str) -> None:
        if self.broken_off and self.broken_off.flow == flow:
            return
        for app in self.applications(flow):
            self.world.account.delete_application(app["app_id"])
        for meant in self.meant:
            meant.delete(flow)

    # Running

    def carry_out(
        self,
        flow: str,
        make: Callable[[], Plan],
        mean: Callable[[Meant], None],
        keep: Callable[[Outcome], None],
        trouble: Trouble,
    ) -> None:
        try:
            plan = make()
        except FlowbuilderError:
            return
        after = deepcopy(self.meant[0])
        mean(after)
        self.meant.append(after)
        broken_off = BrokenOff(flow, json.dumps(plan.to_json()), [], keep)

        def run() -> Outcome | None:
            return list(apply_plan(self.world.account, plan, self.world.journal(broken_off.journal)))[-1].outcome

        self.settle(broken_off, run, trouble)

    def settle(self, broken_off: BrokenOff, run: Callable[[], Outcome | None], trouble: Trouble) -> None:
        self.world.faults.clear()
        self.broken_off = broken_off
        if trouble and trouble[0] == "crash":
            self.world.life.live_for(trouble[1])
        elif trouble:
            self.world.faults.add(trouble[0], at=trouble[1])
        try:
            outcome = run()
        except Crash:
            return
        finally:
            self.world.life.live_for(None)
            self.world.faults.clear()
        assert outcome
        if outcome.left_over:
            return
        before, after = self.meant
        self.meant = [after if outcome.ok else before]
        self.broken_off = None
        if outcome.ok:
            broken_off.keep(outcome)

    def keeper(self, flow: str, version: int) -> Callable[[Outcome], None]:
        def keep(outcome: Outcome) -> None:
            self.known[flow] = Known(str(outcome.app_id), outcome.numbers, version)

        return keep

    def forgetter(self, flow: str) -> Callable[[Outcome], None]:
        def forget(outcome: Outcome) -> None:
            del self.known[flow]

        return forget

    def applications(self, flow: str) -> list[dict[str, Any]]:
        name = application_name(flow)
        return [app for app in self.world.store.sandbox.list("application") if app["app_name"] == name]

    @invariant()
    def every_number_answers_as_was_meant(self) -> None:
        urls = {app["app_id"]: app["answer_url"] for app in self.world.store.sandbox.list("application")}
        held = {item["number"]: item["application"] for item in self.world.store.sandbox.list("number")}
        for number in NUMBERS:
            # Half way, what it is to say may have come before where it is to go.
            holders = {state.answers[number] for state in self.meant}
            meant = {state.says[holder] for state in self.meant for holder in holders if holder in state.says}
            allowed: set[str | None] = {*meant, None} if None in holders else {*meant}
            assert urls.get(held[number]) in allowed, number

    @invariant()
    def nothing_is_doubled(self) -> None:
        assert all(len(self.applications(flow)) <= 1 for flow in FLOWS)


def tell(examples: int) -> None:
    with opened_world() as AnyHistory.world:
        run_state_machine_as_test(
            AnyHistory,
            settings=settings(
                max_examples=examples,
                stateful_step_count=12,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )


def test_whatever_happens_each_number_answers_as_was_meant() -> None:
    tell(40)


if __name__ == "__main__":
    tell(int(sys.argv[1]))
