"""Opening hours of what is live, switched without publishing: open or closed, for today or until further notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from flowbuilder.errors import FlowbuilderError, NotFound
from flowbuilder.steps import read_node
from flowbuilder.steps.hours import Hours
from flowbuilder.steps.opening_times import Times, zone_named
from flowbuilder.web import current
from flowbuilder.web.deployed import deployment_of
from flowbuilder.web.people import author

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from flask.typing import ResponseReturnValue

    from flowbuilder.store import SwitchRow
    from flowbuilder.web import Flowbuilder

opening = Blueprint("opening", __name__)

# What the form sends -> what the node is turned to, and whether that ends with the day.
WAYS: dict[str, tuple[str | None, bool]] = {
    "follow": (None, False),
    "open today": ("open", True),
    "closed today": ("closed", True),
    "open": ("open", False),
    "closed": ("closed", False),
}


@dataclass(frozen=True)
class OpeningView:
    """One Opening hours of the live version: what holds now by its times, and what it is switched to."""

    node: str
    time_zone: str
    by_times: str
    switch: SwitchRow | None
    ends_at: datetime | None

    @property
    def is_today_only(self) -> bool:
        return self.ends_at is not None

    @property
    def chosen(self) -> str:
        """The way, as the form sends it, that holds now."""
        if self.switch is None:
            return "follow"
        return f"{self.switch.value} today" if self.is_today_only else self.switch.value

    @property
    def sentence(self) -> str:
        if self.switch is None:
            now = {"open": "open", "closed": "closed", "holiday": "closed for a holiday"}[self.by_times]
            return f"Follows its times: {now} now."
        if self.ends_at is None:
            return f"Switched to {self.switch.value} until it is switched back."
        return f"Switched to {self.switch.value} until {self.ends_at:%a %-d %b, %H:%M} ({self.time_zone})."


@opening.post("/flows/<flow_id>/hours/<node_id>")
def turn(flow_id: str, node_id: str) -> ResponseReturnValue:
    """Switches one Opening hours of the live version, or lets it follow its times again. The next call knows."""
    fb = current()
    steps = live_hours(fb, flow_id)
    if node_id not in steps:
        raise NotFound(f"The live version has no opening hours {node_id[:64]}.")
    way = request.form.get("to", "")
    if way not in WAYS:
        raise FlowbuilderError("Opening hours are switched to open, closed, open today, closed today, or follow.")
    value, only_today = WAYS[way]
    ends_at = end_of_day(fb.clock(), zone_named(steps[node_id].time_zone)) if only_today else None
    fb.store.switches.turn(flow_id, node_id, value, author(), ends_at)
    if request.form.get("back") == "home":
        return redirect(url_for("flows.home"), 303)
    return redirect(url_for("versions.page", flow_id=flow_id), 303)


def end_of_day(moment: datetime, zone: ZoneInfo) -> datetime:
    """The next midnight by the clock on the wall, on days of 23 and 25 hours too."""
    tomorrow = moment.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(0), zone)


def live_hours(fb: Flowbuilder, flow_id: str) -> Mapping[str, Hours]:
    """The Opening hours of the version that callers reach, by node; none where nothing is live."""
    deployment = deployment_of(fb, flow_id)
    if deployment is None:
        return {}
    flow = fb.store.versions.get(flow_id, deployment.version).flow
    hours = {node_id: node for node_id, node in flow.nodes.items() if node.type == "hours"}
    steps = {node_id: read_node(node_id, node).step for node_id, node in hours.items()}
    return {node_id: step for node_id, step in steps.items() if isinstance(step, Hours)}


def opening_views(fb: Flowbuilder, flow_id: str) -> list[OpeningView]:
    """What can be switched in the live version, and how it stands."""
    steps = live_hours(fb, flow_id)
    switches = {row.node: row for row in fb.store.switches.list(flow_id)} if steps else {}
    return [_view(node_id, step, switches.get(node_id), fb.clock()) for node_id, step in steps.items()]


def _view(node_id: str, step: Hours, switch: SwitchRow | None, now: datetime) -> OpeningView:
    zone = zone_named(step.time_zone)
    by_times = step.override if step.override != "none" else Times(step.weekly, step.closed_dates).at(now, zone)
    ends_at = switch.ends_at.astimezone(zone) if switch and switch.ends_at else None
    return OpeningView(node_id, step.time_zone, by_times, switch, ends_at)


@opening.app_template_global()
def switched_words(flow_id: str) -> list[str]:
    """What the flow's card says of its switches, such as `hours: closed today`; empty where all follow their times."""
    fb = current()
    if not fb.store.switches.list(flow_id):
        return []
    return [f"{view.node}: {view.chosen}" for view in opening_views(fb, flow_id) if view.switch is not None]
