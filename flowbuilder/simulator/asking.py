"""GetInput and GetDigits: prompts, what the caller enters or says, and silence (plivo-xml.md, section 6)."""

from __future__ import annotations

from lxml import etree

from flowbuilder.protocol import webhooks
from flowbuilder.simulator.documents import flag_value, text_value, whole_value
from flowbuilder.simulator.events import Awaiting, NotNow
from flowbuilder.simulator.hiding import entered, is_secret
from flowbuilder.simulator.line import Line, Outcome

KEYS = "0123456789*#"
NO_FINISH_KEY = ("", "none")
SECONDS_A_DIGIT = 1


def perform_input(line: Line, node: etree._Element) -> Outcome:
    """Plays the prompts, then waits for the caller, who may break in at any time."""
    if len(line.state.path) == 1:
        line.pick_up()
    ends = all(line.sound(child) for child in node if isinstance(child.tag, str))
    if ends and node.tag == "GetDigits" and flag_value(node, "playBeep"):
        line.report("beeped")
    is_input = node.tag == "GetInput"
    finish_on_key = text_value(node, "finishOnKey")
    return line.wait_for(
        Awaiting(
            "input",
            input_type=(text_value(node, "inputType") or "dtmf") if is_input else "dtmf",
            num_digits=whole_value(node, "numDigits"),
            finish_on_key="" if finish_on_key in NO_FINISH_KEY else finish_on_key,
            timeout=whole_value(node, "executionTimeout" if is_input else "timeout"),
            may_stay_silent=ends,
            secret=is_secret(node),
        )
    )


def press(line: Line, node: etree._Element, awaiting: Awaiting, keys: str) -> Outcome:
    """The caller presses these keys and no more: one reply, cut at the length and at the finish key."""
    if not keys or any(key not in KEYS for key in keys):
        raise NotNow("A phone has the keys 0 to 9, * and #.")
    if not awaiting.takes_digits:
        raise NotNow("The call listens for speech only.")
    line.report("pressed", **entered(node, "digits", keys))
    digits = keys[: awaiting.num_digits]
    if awaiting.finish_on_key:
        digits = digits.partition(awaiting.finish_on_key)[0]
    line.pass_time(SECONDS_A_DIGIT * len(digits))
    if digits and is_secret(node):
        line.state.secrets.append(digits)
    if node.tag == "GetDigits" and any(digit not in text_value(node, "validDigits") for digit in digits):
        return _ask_again(line, node, text_value(node, "invalidDigitsSound"))
    if not digits:
        return _ask_again(line, node, "")
    reply: dict[str, object] = {"digits": digits}
    if node.tag == "GetInput":
        reply |= {"speech": "", "input_type": "dtmf"}
    return line.finish_element(node, webhooks.write_reply("input", reply))


def say(line: Line, node: etree._Element, awaiting: Awaiting, text: str, confidence: float) -> Outcome:
    """The caller says something, which is understood with that confidence (0 to 1)."""
    text = text.strip()
    if not awaiting.takes_speech:
        raise NotNow("The call listens for keys only.")
    if not text:
        raise NotNow("Say something, or stay silent.")
    line.report("spoke", **entered(node, "text", text), confidence=confidence)
    if is_secret(node):
        line.state.secrets.append(text)
    interim = text_value(node, "interimSpeechResultsCallback")
    heard = {"StableSpeech": text, "UnstableSpeech": "", "Stability": "1.0", "SequenceNumber": "1"}
    line.notify(text_value(node, "interimSpeechResultsCallbackMethod"), interim, heard)
    reply = {"digits": "", "speech": text, "confidence": confidence, "input_type": "speech"}
    return line.finish_element(node, webhooks.write_reply("input", reply))


def stay_silent(line: Line, node: etree._Element, awaiting: Awaiting) -> Outcome:
    """The caller does nothing until the time is over: nothing is requested, the next sibling runs."""
    if not awaiting.may_stay_silent:
        raise NotNow("The prompt never ends: press a key, or hang up.")
    line.report("stayed_silent", seconds=awaiting.timeout)
    line.pass_time(awaiting.timeout)
    return _ask_again(line, node, "")


def _ask_again(line: Line, node: etree._Element, sound: str) -> Outcome:
    """Another try where the element has one left (`retries` counts them all), else the next sibling."""
    if sound:
        line.report("played", url=sound, times=1, to="caller")
    line.state.tries += 1
    if line.state.tries < whole_value(node, "retries"):
        return perform_input(line, node)
    return Outcome.NEXT
