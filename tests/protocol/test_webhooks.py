"""Webhook parameters: both directions, Plivo's older names, and values nobody promised."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.protocol import webhooks

WORD = st.text(st.characters(codec="utf-8", exclude_characters="_"), min_size=1, max_size=8)


def test_a_call_is_read_under_our_names_with_numbers_as_plivo_sends_them() -> None:
    assert webhooks.read_call(
        {
            "CallUUID": "abc",
            "From": "14155550100",
            "To": "+14155550199",
            "CallStatus": "in-progress",
            "Direction": "inbound",
            "X-PH-Account": "42",
            "x-ph-Vip": "yes",
            "STIRVerification": "Verified",
        }
    ) == {
        "uuid": "abc",
        "from_number": "14155550100",
        "to_number": "+14155550199",
        "status": "in-progress",
        "direction": "inbound",
        "forwarded_from": "",
        "headers": {"Account": "42", "Vip": "yes"},
    }


def test_the_reason_of_a_request_is_written_but_is_no_fact_of_the_call() -> None:
    params = webhooks.write_call({"uuid": "abc"}, reason=webhooks.START)
    assert params == {"CallUUID": "abc", "Event": "StartApp"}
    assert "Event" not in webhooks.read_call(params)


@given(
    st.fixed_dictionaries(dict.fromkeys(webhooks.CALL_FIELDS, WORD)),
    st.dictionaries(WORD, WORD, max_size=3),
)
def test_a_call_that_is_written_reads_the_same(call: dict[str, Any], headers: dict[str, str]) -> None:
    facts = {**call, "headers": headers}
    assert webhooks.read_call(webhooks.write_call(facts)) == facts


def test_digits_are_read() -> None:
    facts = webhooks.read_reply("input", {"InputType": "dtmf", "Digits": "12", "Speech": ""})
    assert facts == {"digits": "12", "speech": "", "confidence": None, "input_type": "dtmf"}


def test_speech_is_read_with_its_confidence() -> None:
    facts = webhooks.read_reply(
        "input", {"InputType": "speech", "Speech": "billing please", "SpeechConfidenceScore": "0.93"}
    )
    assert facts == {"digits": "", "speech": "billing please", "confidence": 0.93, "input_type": "speech"}


@pytest.mark.parametrize("score", ["", "high", "nan", "-1", "7", "inf"])
def test_a_confidence_that_is_none_is_none(score: str) -> None:
    assert webhooks.read_reply("input", {"SpeechConfidenceScore": score})["confidence"] is None


def test_a_dial_status_is_spelled_as_an_exit() -> None:
    facts = webhooks.read_reply("dialed", {"DialStatus": "no-answer", "DialRingStatus": "true", "DialALegUUID": "a"})
    assert facts == {
        "status": "no_answer",
        "ring_status": True,
        "hangup_cause": "",
        "a_leg_uuid": "a",
        "b_leg_uuid": "",
    }


@pytest.mark.parametrize(
    ("given_duration", "duration"),
    [("12", 12), ("12.4", 12), ("-1", None), ("", None), ("x", None), ("1e999", None)],
)
def test_a_recording_duration_is_seconds_or_none(given_duration: str, duration: int | None) -> None:
    facts = webhooks.read_reply(
        "recorded", {"RecordUrl": "https://x/1.mp3", "RecordingID": "r", "RecordingDuration": given_duration}
    )
    assert facts == {"url": "https://x/1.mp3", "recording_id": "r", "duration": duration, "digits": ""}


def test_leaving_either_kind_of_room_reads_alike() -> None:
    facts = {"uuid": "u", "name": "lobby", "member_id": "7", "record_url": "", "recording_id": ""}
    assert webhooks.read_reply("left", webhooks.write_reply("left", facts)) == facts
    party = webhooks.write_party_left({"uuid": "u", "name": "lobby", "member_id": "7"})
    assert party == {"MPCUUID": "u", "MPCFriendlyName": "lobby", "MemberID": "7"}
    assert webhooks.read_reply("left", party) == facts


def test_an_event_that_tells_nothing_gives_no_facts() -> None:
    assert webhooks.read_reply("next", {"CallUUID": "u"}) == {}


REPLIES: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "input": {
        "digits": WORD,
        "speech": WORD,
        "confidence": st.none() | st.floats(0, 1),
        "input_type": st.sampled_from(["dtmf", "speech"]),
    },
    "dialed": {
        "status": st.sampled_from(["completed", "busy", "failed", "cancel", "timeout", "no_answer"]),
        "ring_status": st.booleans(),
        "hangup_cause": WORD,
        "a_leg_uuid": WORD,
        "b_leg_uuid": WORD,
    },
    "recorded": {
        "url": WORD,
        "recording_id": WORD,
        "duration": st.none() | st.integers(0, 86_400),
        "digits": WORD,
    },
}


@pytest.mark.parametrize("event", list(REPLIES))
@given(data=st.data())
def test_a_reply_that_is_written_reads_the_same(event: str, data: st.DataObject) -> None:
    facts = data.draw(st.fixed_dictionaries(REPLIES[event]))
    assert webhooks.read_reply(event, webhooks.write_reply(event, facts)) == facts


def test_a_hangup_is_read_under_the_older_and_the_newer_names() -> None:
    older = webhooks.read_hangup({"HangupCause": "NORMAL_CLEARING", "Duration": "31", "CallStatus": "completed"})
    assert (older["cause"], older["cause_code"], older["duration"]) == ("NORMAL_CLEARING", None, 31)
    newer = webhooks.read_hangup(
        {
            "HangupCauseName": "Normal Hangup",
            "HangupCauseCode": "4000",
            "HangupSource": "Caller",
            "HangupCause": "x",
        }
    )
    assert (newer["cause"], newer["cause_code"], newer["source"]) == ("Normal Hangup", 4000, "Caller")
    assert newer["duration"] is None


def test_a_hangup_that_is_written_reads_the_same() -> None:
    facts = {
        "duration": 3,
        "bill_duration": 60,
        "cause": "Busy",
        "cause_code": 3010,
        "source": "Plivo",
        "total_cost": "0",
    }
    assert webhooks.read_hangup(webhooks.write_hangup(facts)) == {**facts, "status": ""}


def test_a_message_is_read_and_written() -> None:
    facts = {"uuid": "m", "from_number": "1", "to_number": "2", "text": "hi", "type": "sms"}
    assert webhooks.read_message(webhooks.write_message(facts)) == facts


def test_a_dial_event_is_read() -> None:
    facts = webhooks.read_dial_event(
        {
            "DialAction": "hangup",
            "DialBLegTo": "14155550100",
            "DialBLegDuration": "9",
            "DialBLegStatus": "hangup",
        }
    )
    assert facts["action"] == "hangup"
    assert facts["b_leg_duration"] == 9
    assert facts["digits"] == ""


@given(
    st.dictionaries(st.text(max_size=12), st.text(max_size=12), max_size=4),
    st.sampled_from([*REPLIES, "left"]),
)
def test_nothing_that_is_sent_breaks_the_reading(params: dict[str, str], event: str) -> None:
    for name in ("SpeechConfidenceScore", "RecordingDuration", "HangupCauseCode"):
        noisy = {**params, name: next(iter(params.values()), "")}
        webhooks.read_call(noisy)
        webhooks.read_reply(event, noisy)
        webhooks.read_hangup(noisy)
        webhooks.read_dial_event(noisy)
