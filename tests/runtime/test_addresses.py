"""Whatever of ours an element may request is an absolute URL, numbered with the document that it stands in."""

from __future__ import annotations

from flowbuilder.runtime import Links, sound
from tests.checks.drawing import node, say
from tests.runtime.line import BASE, Line, spoken

RING = {
    "to": [{"number": "+14155550100"}],
    "confirm_prompts": [{"speak": "A call from {{ call.from_number }}."}],
    "dial_music_prompts": [{"speak": "One moment."}],
    "digits_match": "99",
}


def test_a_dial_asks_us_for_its_sounds_and_tells_us_its_events() -> None:
    line = Line(a=node("dial", RING))
    dial = line.arrive("a")[0]
    assert {name: dial.get(name) for name in ("action", "confirmSound", "dialMusic", "callbackUrl")} == {
        "action": f"{BASE}/nodes/a/dialed?turn=1",
        "confirmSound": f"{BASE}/nodes/a/confirm_sound?turn=1",
        "dialMusic": f"{BASE}/nodes/a/dial_music?turn=1",
        "callbackUrl": f"{BASE}/dial-events?turn=1",
    }


def test_a_whisper_is_served_with_what_the_call_knows_and_the_call_stays_as_it_is() -> None:
    line = Line(a=node("dial", RING))
    line.arrive("a")
    before = line.call.to_json()
    body = sound(line.program, line.call, "a", "confirm_sound", Links(BASE))
    assert b"<Speak>A call from " in body
    assert line.call.to_json() == before


def test_a_multi_party_call_goes_on_at_our_address_when_its_participant_leaves() -> None:
    line = Line(a=node("multi_party_call", {"name": "support"}, next="b"), b=say("{{ a.uuid }} {{ a.member_id }}"))
    room = line.arrive("a")[0]
    assert room.get("onExitActionUrl") == f"{BASE}/nodes/a/left?turn=1"
    assert spoken(line.resume("a", "left", uuid="mpc-1", member_id="17")) == ["mpc-1 17"]
