"""Performs the elements that need nobody: what is heard, sent or done at once."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from flowbuilder.simulator import causes
from flowbuilder.simulator.documents import content, flag_value, text_value, whole_value
from flowbuilder.simulator.events import Awaiting
from flowbuilder.simulator.line import Line, Outcome

Performer = Callable[[Line, etree._Element], Outcome]

ENDLESS = Awaiting("endless")
DTMF_PAUSES = {"w": 0.5, "W": 1.0}


def perform_sound(line: Line, node: etree._Element) -> Outcome:
    """Speak, Play: answer first, except in a PreAnswer; never done where `loop` is 0."""
    if len(line.state.path) == 1:
        line.pick_up()
    return Outcome.NEXT if line.sound(node) else line.wait_for(ENDLESS)


def perform_wait(line: Line, node: etree._Element) -> Outcome:
    """Wait: does not answer the call; with `silence` the caller is taken to be quiet at once."""
    seconds: float = whole_value(node, "length")
    if flag_value(node, "silence"):
        seconds = min(seconds, whole_value(node, "minSilence") / 1000)
    line.pass_time(seconds)
    line.report("waited", seconds=seconds)
    return Outcome.NEXT


def perform_dtmf(line: Line, node: etree._Element) -> Outcome:
    """DTMF: sends tones to the other side of the line."""
    line.pick_up()
    digits = content(node)
    if not flag_value(node, "async"):
        line.pass_time(sum(DTMF_PAUSES.get(digit, 0.1) for digit in digits))
    line.report("sent_digits", digits=digits)
    return Outcome.NEXT


def perform_pre_answer(line: Line, node: etree._Element) -> Outcome:
    """PreAnswer: its children are performed in early media, before the call is picked up."""
    line.state.path = [line.state.path[0], 0]
    return Outcome.MOVED


def perform_message(line: Line, node: etree._Element) -> Outcome:
    """Message: an SMS goes out; nothing waits for its delivery."""
    line.report("messaged", **{"from": text_value(node, "src")}, to=text_value(node, "dst"), text=content(node))
    return Outcome.NEXT


def perform_redirect(line: Line, node: etree._Element) -> Outcome:
    """Redirect: another document takes over; what follows it is never performed."""
    return line.take_over("redirect", text_value(node, "method"), content(node))


def perform_hangup(line: Line, node: etree._Element) -> Outcome:
    """Hangup: ends the call, or refuses it where it has not been picked up; `schedule` sets a timer."""
    schedule = whole_value(node, "schedule")
    is_last = node.getnext() is None
    if schedule and not is_last:
        line.state.hang_up_at = line.state.seconds + schedule
        return Outcome.NEXT
    reason = text_value(node, "reason")
    if reason == "busy":
        return line.end(causes.FLOW_BUSY)
    if reason == "rejected" or line.state.answered_at is None:
        return line.end(causes.FLOW_REJECTED)
    return line.end(causes.FLOW_HUNG_UP)


PERFORMERS: dict[str, Performer] = {
    "Speak": perform_sound,
    "Play": perform_sound,
    "Wait": perform_wait,
    "DTMF": perform_dtmf,
    "PreAnswer": perform_pre_answer,
    "Message": perform_message,
    "Redirect": perform_redirect,
    "Hangup": perform_hangup,
}
