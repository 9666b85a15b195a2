"""Record: a message that the caller leaves, or the call itself in the background (plivo-xml.md, section 8)."""

from __future__ import annotations

from typing import Any

from lxml import etree

from flowbuilder.protocol import webhooks
from flowbuilder.simulator.documents import flag_value, text_value, whole_value
from flowbuilder.simulator.events import Awaiting, NotNow
from flowbuilder.simulator.line import Line, Outcome

UNKNOWN_DURATION = "-1"


def perform_record(line: Line, node: etree._Element) -> Outcome:
    """Waits for a message, or begins to record in the background and goes on."""
    line.pick_up()
    if flag_value(node, "recordSession") or flag_value(node, "startOnDialAnswer"):
        return _begin_background(line, node)
    if flag_value(node, "playBeep"):
        line.report("beeped")
    line.report("recording", mode="message", recording_id="")
    finish_on_key = text_value(node, "finishOnKey")
    return line.wait_for(
        Awaiting(
            "record",
            max_length=whole_value(node, "maxLength"),
            timeout=whole_value(node, "timeout"),
            finish_on_key="" if finish_on_key == "none" else finish_on_key,
            may_stay_silent=True,
        )
    )


def record_ends(line: Line, node: etree._Element, awaiting: Awaiting, seconds: int, digits: str = "") -> Outcome:
    """The message is over after that many seconds, by silence or by one of the finish keys."""
    if any(digit not in awaiting.finish_on_key for digit in digits) or len(digits) > 1:
        raise NotNow(f"The recording ends with one of the keys {awaiting.finish_on_key or '(none)'}.")
    if digits:
        line.report("pressed", digits=digits)
    facts = keep_message(line, node, awaiting, seconds)
    return line.finish_element(node, webhooks.write_reply("recorded", {**facts, "digits": digits}))


def keep_message(line: Line, node: etree._Element, awaiting: Awaiting, seconds: int) -> dict[str, Any]:
    """Reports the recording and tells its callback URL; gives the facts of it."""
    seconds = max(0, min(seconds, awaiting.max_length))
    line.pass_time(seconds)
    recording_id = line.state.new_id()
    facts = {"url": _file_url(line, node, recording_id), "recording_id": recording_id, "duration": seconds}
    line.report("recorded", seconds=seconds, url=facts["url"], recording_id=recording_id)
    line.notify(
        text_value(node, "callbackMethod"),
        text_value(node, "callbackUrl"),
        webhooks.write_reply("recorded", facts),
    )
    return facts


def _begin_background(line: Line, node: etree._Element) -> Outcome:
    """The action URL is told at once, before anything is recorded: with redirect its document takes over."""
    recording_id = line.state.new_id()
    at_once = flag_value(node, "recordSession")
    recording = {
        "recording_id": recording_id,
        "url": _file_url(line, node, recording_id),
        "callback_url": text_value(node, "callbackUrl"),
        "method": text_value(node, "callbackMethod"),
        "max_length": whole_value(node, "maxLength"),
        "started_at": line.state.seconds if at_once else None,
    }
    line.state.background.append(recording)
    if at_once:
        line.report("recording", mode="background", recording_id=recording_id)
    facts = {"url": recording["url"], "recording_id": recording_id, "duration": UNKNOWN_DURATION}
    return line.finish_element(node, webhooks.write_reply("recorded", facts))


def _file_url(line: Line, node: etree._Element, recording_id: str) -> str:
    return f"{line.state.setup.recordings_url}/{recording_id}.{text_value(node, 'fileFormat')}"
