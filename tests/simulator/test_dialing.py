"""Dial: everybody rings, and the far side decides how it ends."""

from __future__ import annotations

import pytest

from flowbuilder.protocol.webhooks import read_dial_event, read_reply
from flowbuilder.simulator.player import NotNow, Player
from tests.simulator.world import BASE, World, code, heard, kinds, last

RESULTS = ("completed", "busy", "failed", "timeout", "no_answer", "cancel")


@pytest.fixture
def world() -> World:
    return World()


def dial(world: World, more: str = "", action: str = f'action="{BASE}dialed"') -> Player:
    return world.call(
        f'<Dial timeout="20" {action} {more}><Number>14155550101</Number><User>sip:a@b</User></Dial>'
        "<Speak>after</Speak>",
        dialed="<Speak>dialed</Speak>",
        music="<Speak>please hold</Speak><Hangup/>",
        confirm="<Speak>press 1 to accept</Speak>",
    )


def test_a_dial_rings_everybody_and_does_not_pick_the_call_up(world: World) -> None:
    player = dial(world, 'callerId="14155550199"')
    assert last(player, "dialing") == {
        "targets": ["14155550101", "sip:a@b"],
        "timeout": 20,
        "caller_id": "14155550199",
    }
    assert player.awaiting is not None
    assert player.awaiting.results == RESULTS
    assert "answered" not in kinds(player)


@pytest.mark.parametrize("status", RESULTS)
def test_every_end_of_a_dial_reaches_the_action_url(world: World, status: str) -> None:
    player = dial(world)
    player.dial_ends(status)
    assert heard(player) == ["dialed"]
    told = read_reply("dialed", world.asked_for("dialed")[0])
    assert told["status"] == status
    assert told["hangup_cause"]
    assert told["a_leg_uuid"] == "call-1"
    assert bool(told["b_leg_uuid"]) == (status == "completed")
    assert ("_" in world.asked_for("dialed")[0]["DialStatus"]) is False


def test_plivos_spelling_of_a_status_is_taken_too_and_another_word_is_not(world: World) -> None:
    player = dial(world)
    with pytest.raises(NotNow, match="completed, busy"):
        player.dial_ends("sleeping")
    player.dial_ends("no-answer")
    assert last(player, "dialed") == {"status": "no_answer", "seconds": 20}


def test_an_answered_dial_picks_the_call_up_and_takes_its_time(world: World) -> None:
    player = dial(world, 'timeLimit="60"')
    player.dial_ends("completed", seconds=500)
    assert last(player, "dialed")["seconds"] == 60
    assert "answered" in kinds(player)
    assert world.asked_for("hangup")[0]["Duration"] in ("60", "61")


@pytest.mark.parametrize("status", ["completed", "busy"])
def test_without_an_action_the_next_element_runs_also_after_a_talk(world: World, status: str) -> None:
    player = dial(world, action="")
    player.dial_ends(status)
    assert heard(player) == ["after"]


def test_without_redirect_the_action_is_told_and_the_next_element_runs(world: World) -> None:
    player = dial(world, 'redirect="false"')
    player.dial_ends("busy")
    assert heard(player) == ["after"]
    assert len(world.asked_for("dialed")) == 1


def test_the_caller_hears_the_dial_music_and_the_callee_the_confirm_sound(world: World) -> None:
    player = dial(world, f'dialMusic="{BASE}music" confirmSound="{BASE}confirm" confirmKey="1"')
    assert last(player, "said")["text"] == "please hold"
    player.dial_ends("completed")
    assert [event.data.get("to") for event in player.events if event.kind == "said"] == ["caller", "callee", "caller"]
    assert not dial(world, 'dialMusic="real"').ended


def test_the_star_drops_the_callee_only_where_it_may(world: World) -> None:
    with pytest.raises(NotNow):
        dial(world).press("*")
    player = dial(world, 'hangupOnStar="true"')
    player.press("*")
    assert read_reply("dialed", world.asked_for("dialed")[-1])["status"] == "completed"


def test_live_events_tell_of_the_answer_and_the_end(world: World) -> None:
    player = dial(world, f'callbackUrl="{BASE}live"')
    player.dial_ends("completed", seconds=61)
    told = [read_dial_event(params) for params in world.asked_for("live")]
    assert [event["action"] for event in told] == ["answer", "connected", "hangup"]
    assert (told[2]["b_leg_duration"], told[2]["b_leg_bill_duration"]) == (61, 120)
    player = dial(world, f'callbackUrl="{BASE}live"')
    player.dial_ends("busy")
    assert read_dial_event(world.asked_for("live")[-1])["b_leg_hangup_cause_code"] == 3010


def test_a_caller_who_hangs_up_cancels_the_dial(world: World) -> None:
    player = dial(world)
    player.hang_up()
    assert last(player, "dialed")["status"] == "cancel"
    assert world.asked_for("dialed") == []
    assert code(player) == 1000
    player = dial(world, 'redirect="false"')
    player.hang_up()
    told = world.asked_for("dialed")[0]
    assert (told["DialStatus"], told["CallStatus"]) == ("cancel", "completed")
