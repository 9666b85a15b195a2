"""Choose the way by the time of day: open, closed, or a holiday."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator

from flowbuilder.flow.problems import Problem
from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Outcome, Step
from flowbuilder.steps.opening_times import DAYS, ClosedDate, Times, spans, zone_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowbuilder.steps.world import Services

Week = dict[str, list[list[str]]]


def _week(week: Week) -> Week:
    for day, times in week.items():
        if day not in DAYS:
            raise ValueError(f"“{day[:20]}” is not a day of the week. Use {', '.join(DAYS)}.")
        try:
            spans(times)
        except ValueError as error:
            raise ValueError(f"{day}: {error}") from error
    return week


def _zone(name: str) -> str:
    zone_named(name)
    return name


def _with_plain_dates(value: Any) -> Any:
    """A bare date stands for a date that is closed."""
    return [{"date": item} if isinstance(item, str) else item for item in value] if isinstance(value, list) else value


class Hours(Step, type="hours"):
    label = "Opening hours"
    group = "Decide"
    icon = "calendar-clock"
    summary = "Chooses the way by the time: open, closed, or a holiday."
    silent = True

    time_zone: Annotated[str, AfterValidator(_zone)] = fields.text(
        "Time zone", default="UTC", max_length=60, kind="time_zone", example="Europe/Berlin"
    )
    weekly: Annotated[Week, AfterValidator(_week)] = fields.mapping(
        "Open", kind="week", example={"mon": [["09:00", "12:30"], ["13:30", "17:30"]], "fri": [["22:00", "02:00"]]}
    )
    closed_dates: Annotated[list[ClosedDate], BeforeValidator(_with_plain_dates)] = fields.listing(
        "Dates that are different",
        kind="dates",
        most_items=500,
        hint="2026-12-25, or 12-25 for every year; closed, or with hours of its own.",
        example=[{"date": "12-25", "name": "Christmas"}, {"date": "2026-12-24", "hours": [["09:00", "12:00"]]}],
    )
    override: Literal["none", "open", "closed"] = fields.one_of(
        "Whatever the time",
        [("none", "follow the times"), ("open", "open"), ("closed", "closed")],
        default="none",
        hint="Can also be switched on a published flow without publishing again.",
    )

    def exits(self) -> list[str]:
        return ["open", "closed", "holiday"]

    def doubts(self) -> Iterable[Problem]:
        opens = any(self.weekly.values()) or any(special.hours for special in self.closed_dates)
        if not opens and self.override != "open":
            message = "No call ever leaves by “open”: there are no times at which it is open. Write some."
            yield Problem("never-continues", message, exit="open", setting="weekly")

    def decide(self, values: Mapping[str, Any], services: Services, node_id: str) -> Outcome:
        switched = services.override(node_id) or self.override
        if switched in ("open", "closed"):
            return Outcome(switched)
        times = Times(self.weekly, self.closed_dates)
        return Outcome(times.at(services.now(), zone_named(self.time_zone)))

    def card(self) -> Card:
        if self.override != "none":
            return Card(f"always {self.override}")
        days = [
            f"{day} {', '.join('–'.join(pair) for pair in self.weekly[day])}" for day in DAYS if self.weekly.get(day)
        ]
        return Card(self.time_zone, days[:2] if len(days) <= 2 else [days[0], f"and {len(days) - 1} more days"])
