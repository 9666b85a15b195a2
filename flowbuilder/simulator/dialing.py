"""Dial: whom it rings, and how the far side ends it (plivo-xml.md, section 7)."""

from __future__ import annotations

from typing import Any

from lxml import etree

from flowbuilder.protocol import webhooks
from flowbuilder.simulator.causes import DIAL_ENDINGS
from flowbuilder.simulator.documents import content, flag_value, text_value, whole_value
from flowbuilder.simulator.events import Awaiting, NotNow
from flowbuilder.simulator.line import Line, Outcome

DEFAULT_TIMEOUT = 120
CARRIER_RINGBACK = "real"
TALK_SECONDS = 30
# Simulated seconds until a dial that nobody takes is over, where it does not ring for its whole time.
QUICK_END_SECONDS = 2


def perform_dial(line: Line, node: etree._Element) -> Outcome:
    """Rings everybody at once; the caller hears the dial music, if there is any."""
    targets = tuple(content(child) for child in node if child.tag in ("Number", "User"))
    timeout = whole_value(node, "timeout", DEFAULT_TIMEOUT)
    caller_id = text_value(node, "callerId") or line.state.setup.from_number
    line.report("dialing", targets=list(targets), timeout=timeout, caller_id=caller_id)
    music = text_value(node, "dialMusic")
    if music != CARRIER_RINGBACK:
        line.sound_url(music)
    return line.wait_for(
        Awaiting(
            "dial",
            timeout=timeout,
            targets=targets,
            results=tuple(DIAL_ENDINGS),
            takes_star=flag_value(node, "hangupOnStar"),
        )
    )


def dial_ends(line: Line, node: etree._Element, awaiting: Awaiting, status: str, seconds: int | None) -> Outcome:
    """The dial is over with that status (`no_answer` and `no-answer` are the same).

    `seconds` is how long they talked, or how long it rang where nobody answered.
    """
    status = status.replace("-", "_")
    if status not in DIAL_ENDINGS:
        raise NotNow(f"A dial ends with {', '.join(DIAL_ENDINGS)}.")
    facts = tell(line, node, awaiting, status, seconds)
    return line.finish_element(node, webhooks.write_reply("dialed", facts))


def tell(line: Line, node: etree._Element, awaiting: Awaiting, status: str, seconds: int | None) -> dict[str, Any]:
    """Reports the end of the dial and its live events; gives what the action URL is told."""
    cause, name, code, source, rang = DIAL_ENDINGS[status]
    b_leg = ""
    if status == "completed":
        b_leg = line.state.new_id()
        line.sound_url(text_value(node, "confirmSound"), to="callee")
        line.pick_up()
        for recording in line.state.background:
            if recording["started_at"] is None:
                recording["started_at"] = line.state.seconds
                line.report("recording", mode="background", recording_id=recording["recording_id"])
    if seconds is None:
        rings_out = status in ("timeout", "no_answer")
        seconds = TALK_SECONDS if b_leg else awaiting.timeout if rings_out else QUICK_END_SECONDS
    limit = whole_value(node, "timeLimit") if b_leg else awaiting.timeout
    seconds = max(0, min(seconds, limit))
    line.pass_time(seconds)
    line.report("dialed", status=status, seconds=seconds)
    leg = {
        "a_leg_uuid": line.state.setup.uuid,
        "b_leg_uuid": b_leg,
        "b_leg_from": text_value(node, "callerId") or line.state.setup.from_number,
        "b_leg_to": awaiting.targets[0] if awaiting.targets else "",
    }
    _send_live_events(line, node, leg, (name, code, source), seconds)
    return {
        "status": status,
        "ring_status": rang,
        "hangup_cause": cause,
        "a_leg_uuid": line.state.setup.uuid,
        "b_leg_uuid": b_leg,
    }


def _send_live_events(
    line: Line, node: etree._Element, leg: dict[str, str], ending: tuple[str, int, str], seconds: int
) -> None:
    url, method = text_value(node, "callbackUrl"), text_value(node, "callbackMethod")
    if not url:
        return
    answered = bool(leg["b_leg_uuid"])
    for action in ("answer", "connected") if answered else ():
        line.notify(method, url, webhooks.write_dial_event({**leg, "action": action, "b_leg_status": action}))
    name, code, source = ending
    over = {
        "action": "hangup",
        "b_leg_status": "hangup",
        "b_leg_duration": seconds if answered else 0,
        "b_leg_bill_duration": -(-seconds // 60) * 60 if answered else 0,
        "b_leg_hangup_cause": name,
        "b_leg_hangup_cause_code": code,
        "b_leg_hangup_source": source,
    }
    line.notify(method, url, webhooks.write_dial_event({**leg, **over}))
