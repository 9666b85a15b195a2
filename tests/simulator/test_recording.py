"""Record: a message waits for the caller, the background does not."""

from __future__ import annotations

import pytest

from flowbuilder.protocol.webhooks import read_reply
from flowbuilder.simulator.player import NotNow, Player
from tests.simulator.world import BASE, World, code, heard, kinds, last


@pytest.fixture
def world() -> World:
    return World()


def record(world: World, more: str = "", action: str = f'action="{BASE}recorded"') -> Player:
    return world.call(
        f'<Record {action} {more} callbackUrl="{BASE}file"/><Speak>after</Speak><Wait length="30"/>',
        recorded="<Speak>thank you</Speak>",
    )


def test_a_message_is_waited_for_after_the_beep(world: World) -> None:
    player = record(world, 'maxLength="90" timeout="5"')
    assert kinds(player)[1:] == ["answered", "beeped", "recording"]
    assert player.awaiting is not None
    assert (player.awaiting.max_length, player.awaiting.timeout, player.awaiting.finish_on_key) == (90, 5, "#")


def test_a_message_goes_to_the_action_url_and_the_file_to_the_callback(world: World) -> None:
    player = record(world, 'fileFormat="wav"')
    player.record_ends(12, "#")
    assert heard(player) == ["thank you"]
    told = read_reply("recorded", world.asked_for("recorded")[0])
    assert told["duration"] == 12
    assert told["digits"] == "#"
    assert told["url"].endswith(f"{told['recording_id']}.wav")
    filed = read_reply("recorded", world.asked_for("file")[0])
    assert filed == {**told, "digits": ""}


def test_a_message_is_never_longer_than_it_may_be(world: World) -> None:
    player = record(world, 'maxLength="30"')
    player.record_ends(500)
    assert last(player, "recorded")["seconds"] == 30


@pytest.mark.parametrize("act", [lambda player: player.press("#"), lambda player: player.stay_silent()])
def test_a_key_and_silence_end_a_message(world: World, act: object) -> None:
    player = record(world)
    act(player)  # type: ignore[operator]
    assert heard(player) == ["thank you"]


def test_a_key_that_ends_nothing_is_refused(world: World) -> None:
    player = record(world, 'finishOnKey="none"')
    for act in (lambda: player.press("#"), lambda: player.record_ends(3, "#"), lambda: player.dial_ends("busy")):
        with pytest.raises(NotNow):
            act()
    assert player.awaiting is not None


@pytest.mark.parametrize("more", ['redirect="false"', ""])
def test_without_redirect_or_action_the_next_element_runs(world: World, more: str) -> None:
    player = record(world, more, action=f'action="{BASE}recorded"' if more else "")
    player.record_ends(3)
    assert heard(player) == ["after"]


def test_a_caller_who_hangs_up_leaves_the_message_behind(world: World) -> None:
    player = record(world)
    player.hang_up(seconds=8)
    assert code(player) == 4000
    assert last(player, "recorded")["seconds"] == 8
    told = world.asked_for("recorded")[0]
    assert (told["RecordingDuration"], told["CallStatus"]) == ("8", "completed")
    assert heard(player) == []


def test_a_background_recording_tells_its_action_at_once_and_takes_over(world: World) -> None:
    player = record(world, 'recordSession="true"')
    assert heard(player) == ["thank you"]
    assert world.asked_for("recorded")[0]["RecordingDuration"] == "-1"
    assert read_reply("recorded", world.asked_for("recorded")[0])["duration"] is None


def test_a_background_recording_lasts_to_the_end_of_the_call(world: World) -> None:
    player = record(world, 'recordSession="true" maxLength="20"', action="")
    assert heard(player) == ["after"]
    assert player.ended
    assert world.asked_for("file")[0]["RecordingDuration"] == "20"
    assert "beeped" not in kinds(player)


def test_a_recording_that_begins_with_the_dial_is_not_made_where_nobody_answers(world: World) -> None:
    document = f'<Record startOnDialAnswer="true" callbackUrl="{BASE}file"/><Dial><Number>14155550101</Number></Dial>'
    player = world.call(document)
    player.dial_ends("busy")
    assert world.asked_for("file") == []
    player = world.call(document)
    player.dial_ends("completed", seconds=25)
    assert world.asked_for("file")[0]["RecordingDuration"] == "25"
    assert "recording" in kinds(player)
