"""The builder of a branch's rules: an expression as the controls that show it, and controls as an expression."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flowbuilder.flow.comparison_reading import CLOCK
from flowbuilder.flow.comparisons import (
    BARE,
    CLOCK_TESTS,
    LISTS,
    MOST_PARTS,
    ORDER,
    TESTS,
    Comparison,
    Condition,
    build,
    listed,
    read,
)
from flowbuilder.flow.expression_sandbox import DAYS
from flowbuilder.flow.expressions import ExpressionError, check_expression

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WORKING_DAYS = DAYS[:5]
OFFICE_HOURS = ("09:00", "17:00")
# What most rules are about, by the end of a name: the first that is set at the node is offered first.
LIKELY = (".digits", ".speech", ".status", ".json")
DAY_WORDS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
GROUPS = {"call": "The call", "vars": "Variables", "message": "The message", "env": "Deployment"}
CALL_WORDS = {
    "call.from_number": "caller's number",
    "call.to_number": "called number",
    CLOCK: "time",
}


@dataclass(frozen=True)
class RuleView:
    """One rule's builder. `condition` is None where its expression is more than the builder shows.

    `shown` is what the controls as they stand would build: where they come back the same, nothing was changed in them.
    """

    condition: Condition | None
    shown: str
    zone: str
    is_begun: bool
    is_read: bool

    @property
    def says_more(self) -> bool:
        """Whether the expression is a good one that the controls cannot show."""
        return self.is_read and self.condition is None

    @property
    def may_grow(self) -> bool:
        return self.is_begun and self.condition is not None and len(self.condition.parts) < MOST_PARTS


def rule_view(when: Any, names: Sequence[str], zone: str = "") -> RuleView:
    """What the builder shows of an expression; for one that is still empty, a comparison to begin with.

    `names` are those that are set at the node, `zone` the time zone that a new comparison of the time takes.
    """
    source = when.strip() if isinstance(when, str) else ""
    condition = read(source) if source else Condition((Comparison(likely_name(names), "is", ("",)),))
    return RuleView(condition, build(condition) if condition else "", zone or "UTC", bool(source), _is_read(source))


def _is_read(source: str) -> bool:
    try:
        check_expression(source)
    except ExpressionError:
        return False
    return True


def likely_name(names: Sequence[str]) -> str:
    """The name that a new comparison is about: what the caller has entered last, else who calls."""
    found = (name for end in LIKELY for name in names if name.endswith(end) and not name.startswith("call."))
    return next(found, "call.from_number")


def groups_of_names(names: Sequence[str], subject: str) -> dict[str, list[tuple[str, str]]]:
    """The names to choose from, each with its words, by what they belong to; the one in use is always among them."""
    groups: dict[str, list[tuple[str, str]]] = {"The call": list(CALL_WORDS.items())}
    known = {*names, *CALL_WORDS}
    for name in [*names, *(() if subject in known else (subject,))]:
        owner, _, rest = name.partition(".")
        group = GROUPS.get(owner, owner)
        if name not in CALL_WORDS:
            words = rest if owner == "vars" else f"{owner}: {rest.replace('_', ' ')}"
            groups.setdefault(group, []).append((name, words))
    return groups


def tests_for(subject: str) -> dict[str, dict[str, str]]:
    """The tests to choose from, by group."""
    return {"": CLOCK_TESTS} if subject == CLOCK else TESTS


def rule_expression(row: Mapping[str, str]) -> str:
    """A posted rule's expression: what was typed where that was changed, else what the controls say.

    `was` is the expression that the form showed, and `shown` what its controls stood for.
    """
    typed, was = row.get("when", "").strip(), row.get("was", "").strip()
    parts = _parts(row)
    if typed != was or not parts:
        return typed
    built = build(Condition(parts, "or" if row.get("join") == "or" else "and"))
    return was if built == row.get("shown", "").strip() else built


def changed_parts(verb: str, detail: str, rules: list[Any]) -> list[Any]:
    """The rules with one comparison more in a rule (`part`, its place) or one less (`unpart`, both places: `0.1`)."""
    place, _, part = detail.partition(".")
    at = int(place) if place.isdigit() else -1
    if not 0 <= at < len(rules) or not isinstance(rules[at], dict):
        return rules
    when = str(rules[at].get("when", ""))
    changed = with_part(when) if verb == "part" else without_part(when, int(part) if part.isdigit() else -1)
    return [{**rule, "when": changed} if index == at else rule for index, rule in enumerate(rules)]


def with_part(when: str) -> str:
    """The expression with one more comparison: about the same as the last one."""
    condition = read(when)
    if condition is None or len(condition.parts) >= MOST_PARTS:
        return when
    last = condition.parts[-1]
    new = replace(last, values=()) if last.subject == CLOCK else Comparison(last.subject, "is", ("",))
    new = replace(new, test="day_in" if last.test == "time_between" else "time_between") if new.zone else new
    if new.zone:
        new = replace(new, values=WORKING_DAYS if new.test == "day_in" else OFFICE_HOURS)
    return build(replace(condition, parts=(*condition.parts, new)))


def without_part(when: str, at: int) -> str:
    """The expression without one of its comparisons; the last one stays."""
    condition = read(when)
    if condition is None or len(condition.parts) < 2:
        return when
    parts = tuple(part for place, part in enumerate(condition.parts) if place != at)
    return build(Condition(parts, condition.join if len(parts) > 1 else "and"))


def _parts(row: Mapping[str, str]) -> tuple[Comparison, ...]:
    found: dict[int, dict[str, str]] = {}
    for field, value in row.items():
        head, _, rest = field.partition(".")
        place, _, part = rest.partition(".")
        if head == "if" and place.isdigit():
            found.setdefault(int(place), {})[part] = value
    return tuple(_part(found[place]) for place in sorted(found))


def _part(posted: Mapping[str, str]) -> Comparison:
    """One comparison as posted. A test that does not fit what is compared, or has just been chosen, begins afresh."""
    subject, test, before = posted.get("subject", ""), posted.get("test", "is"), posted.get("as", "")
    if subject == CLOCK:
        zone = posted.get("zone", "").strip() or posted.get("new_zone", "UTC")
        test = test if test in CLOCK_TESTS else "time_between"
        if test == "day_in":
            chosen = tuple(day for day in DAYS if day in posted)
            return Comparison(CLOCK, test, chosen if before == test else WORKING_DAYS, zone)
        times = (posted.get("from", ""), posted.get("to", ""))
        return Comparison(CLOCK, test, times if before == test else OFFICE_HOURS, zone)
    test = test if any(test in tests for tests in TESTS.values()) else "is"
    value = posted.get("value", "")
    if test in BARE:
        return Comparison(subject, test)
    if test in LISTS:
        return Comparison(subject, test, listed(value, test))
    value = value.strip() if test in ORDER else value.lower() if test == "contains" else value
    return Comparison(subject, test, (value,))
