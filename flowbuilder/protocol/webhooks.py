"""Plivo's request parameters <-> our names (plivo-xml.md, section 4).

The reading half serves the webhooks, the writing half the simulator; each parameter is spelled once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Params = Mapping[str, str]
Facts = dict[str, Any]

SIP_HEADER = "X-PH-"

CALL_FIELDS = {
    "uuid": "CallUUID",
    "from_number": "From",
    "to_number": "To",
    "direction": "Direction",
    "status": "CallStatus",
    "forwarded_from": "ForwardedFrom",
}

# What tells why Plivo makes the request; written on requests, not part of the call's facts.
REASON = "Event"
START, REDIRECTED = "StartApp", "Redirect"

# What each continuation tells, by event; the first name is written, the others are read as well.
REPLY_FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "input": {
        "digits": ("Digits",),
        "speech": ("Speech",),
        "confidence": ("SpeechConfidenceScore",),
        "input_type": ("InputType",),
    },
    "dialed": {
        "status": ("DialStatus",),
        "ring_status": ("DialRingStatus",),
        "hangup_cause": ("DialHangupCause",),
        "a_leg_uuid": ("DialALegUUID",),
        "b_leg_uuid": ("DialBLegUUID",),
    },
    "recorded": {
        "url": ("RecordUrl",),
        "recording_id": ("RecordingID",),
        "duration": ("RecordingDuration",),
        "digits": ("Digits",),
    },
    "left": {
        "uuid": ("ConferenceUUID", "MPCUUID"),
        "name": ("ConferenceName", "MPCFriendlyName"),
        "member_id": ("ConferenceMemberID", "MemberID"),
        "record_url": ("RecordUrl",),
        "recording_id": ("RecordingID",),
    },
}

HANGUP_FIELDS = {
    "duration": ("Duration",),
    "bill_duration": ("BillDuration",),
    "cause": ("HangupCauseName", "HangupCause"),
    "cause_code": ("HangupCauseCode",),
    "source": ("HangupSource",),
    "total_cost": ("TotalCost",),
}

MESSAGE_FIELDS = {
    "uuid": ("MessageUUID",),
    "from_number": ("From",),
    "to_number": ("To",),
    "text": ("Text",),
    "type": ("Type",),
}

DIAL_EVENT_FIELDS = {
    "action": ("DialAction",),
    "b_leg_status": ("DialBLegStatus",),
    "a_leg_uuid": ("DialALegUUID",),
    "b_leg_uuid": ("DialBLegUUID",),
    "b_leg_from": ("DialBLegFrom",),
    "b_leg_to": ("DialBLegTo",),
    "b_leg_duration": ("DialBLegDuration",),
    "b_leg_bill_duration": ("DialBLegBillDuration",),
    "b_leg_hangup_cause": ("DialBLegHangupCauseName",),
    "b_leg_hangup_cause_code": ("DialBLegHangupCauseCode",),
    "b_leg_hangup_source": ("DialBLegHangupSource",),
    "digits": ("DialDigitsMatch",),
    "digits_pressed_by": ("DialDigitsPressedBy",),
}

WHOLE_NUMBERS = frozenset(
    {
        "duration",
        "bill_duration",
        "cause_code",
        "b_leg_duration",
        "b_leg_bill_duration",
        "b_leg_hangup_cause_code",
    }
)
FRACTIONS = frozenset({"confidence"})
CLAIMS = frozenset({"ring_status"})


def begins_call(params: Params) -> bool:
    """Whether the request is made because the call has come, not because a document led it here."""
    return params.get(REASON) == START


def read_call(params: Params) -> Facts:
    """The facts of the call that every voice request carries.

    `from_number` and `to_number` stay exactly as Plivo sends them, with or without a plus. `headers` are
    the custom SIP headers without their prefix. What was not sent is an empty string.
    """
    facts: Facts = {name: params.get(theirs, "") for name, theirs in CALL_FIELDS.items()}
    facts["headers"] = {
        name[len(SIP_HEADER) :]: value
        for name, value in params.items()
        if name[: len(SIP_HEADER)].upper() == SIP_HEADER
    }
    return facts


def write_call(facts: Mapping[str, Any], *, reason: str = "") -> dict[str, str]:
    """The request parameters for the facts that `read_call` gives; `reason` is Plivo's `Event`."""
    params = {theirs: str(facts[name]) for name, theirs in CALL_FIELDS.items() if facts.get(name)}
    if reason:
        params[REASON] = reason
    if facts.get("direction") == "outbound":
        params |= dict.fromkeys(("ALegUUID", "ALegRequestUUID"), str(facts.get("uuid", "")))
    for name, value in (facts.get("headers") or {}).items():
        params[SIP_HEADER + name] = str(value)
    return params


def read_reply(event: str, params: Params) -> Facts:
    """What a continuation of that event (input, dialed, recorded, left) tells, under our names.

    Numbers that were not sent, or that are none, are None. An event that tells nothing gives an empty dict.
    """
    facts = _read(REPLY_FIELDS.get(event, {}), params)
    if event == "dialed":
        facts["status"] = facts["status"].replace("-", "_")
    return facts


def write_reply(event: str, facts: Mapping[str, Any]) -> dict[str, str]:
    """The request parameters for the facts that `read_reply` gives; absent facts are left out."""
    written = _write(REPLY_FIELDS[event], facts)
    if "DialStatus" in written:
        written["DialStatus"] = written["DialStatus"].replace("_", "-")
    return written


def write_party_left(facts: Mapping[str, Any]) -> dict[str, str]:
    """As `write_reply("left", ...)`, for a MultiPartyCall: Plivo spells the same facts otherwise there."""
    fields = {name: theirs[-1:] for name, theirs in REPLY_FIELDS["left"].items()}
    return _write(fields, facts)


def read_hangup(params: Params) -> Facts:
    """How and why the call ended; Plivo's older and newer names are both read."""
    return {**_read(HANGUP_FIELDS, params), "status": params.get("CallStatus", "")}


def write_hangup(facts: Mapping[str, Any]) -> dict[str, str]:
    """The parameters that a hangup URL gets on top of the call's, from the facts `read_hangup` gives."""
    return _write(HANGUP_FIELDS, facts)


def read_message(params: Params) -> Facts:
    """An incoming text message."""
    return _read(MESSAGE_FIELDS, params)


def write_message(facts: Mapping[str, Any]) -> dict[str, str]:
    """The parameters that a message URL gets, from the facts `read_message` gives."""
    return _write(MESSAGE_FIELDS, facts)


def read_dial_event(params: Params) -> Facts:
    """A live event of a dial (its `callbackUrl`): which leg, what happened to it."""
    return _read(DIAL_EVENT_FIELDS, params)


def write_dial_event(facts: Mapping[str, Any]) -> dict[str, str]:
    """The parameters of a live event of a dial, from the facts `read_dial_event` gives."""
    return _write(DIAL_EVENT_FIELDS, facts)


def _read(fields: Mapping[str, tuple[str, ...]], params: Params) -> Facts:
    facts: Facts = {}
    for name, spellings in fields.items():
        value = next((params[theirs] for theirs in spellings if params.get(theirs)), "")
        if name in WHOLE_NUMBERS:
            facts[name] = _whole(value)
        elif name in FRACTIONS:
            facts[name] = _fraction(value)
        elif name in CLAIMS:
            facts[name] = value.strip().lower() == "true"
        else:
            facts[name] = value
    return facts


def _write(fields: Mapping[str, tuple[str, ...]], facts: Mapping[str, Any]) -> dict[str, str]:
    written: dict[str, str] = {}
    for name, spellings in fields.items():
        value = facts.get(name)
        if isinstance(value, bool):
            written[spellings[0]] = "true" if value else "false"
        elif value is not None:
            written[spellings[0]] = str(value)
    return written


def _whole(value: str) -> int | None:
    """A whole number; Plivo's `-1` for "not yet known" and anything unreadable are None."""
    try:
        number = round(float(value))
    except (ValueError, OverflowError):
        return None
    return number if number >= 0 else None


def _fraction(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if 0 <= number <= 1 else None
