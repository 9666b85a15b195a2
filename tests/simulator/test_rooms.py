"""Conference, MultiPartyCall, Stream: in, out again, and on."""

from __future__ import annotations

import pytest

from flowbuilder.protocol.webhooks import read_reply
from flowbuilder.simulator.player import NotNow, Player
from tests.simulator.world import BASE, World, code, heard, last

AFTER = "<Speak>after</Speak>"


@pytest.fixture
def world() -> World:
    return World()


def join(world: World, more: str = "") -> Player:
    return world.call(
        f'<Conference action="{BASE}left" {more}> lobby </Conference>{AFTER}',
        left="<Speak>welcome back</Speak>",
        music="<Play>https://a.test/m.mp3</Play>",
    )


def test_a_member_who_leaves_is_taken_on_by_the_action(world: World) -> None:
    player = join(world)
    assert last(player, "joined") == {"room": "lobby", "role": ""}
    player.leave()
    told = read_reply("left", world.asked_for("left")[0])
    assert (told["name"], told["member_id"], told["record_url"]) == ("lobby", "1", "")
    assert heard(player) == ["welcome back"]


def test_a_recorded_room_tells_its_recording(world: World) -> None:
    join(world, 'record="true"').leave()
    told = read_reply("left", world.asked_for("left")[0])
    assert told["record_url"].endswith(told["recording_id"] + ".mp3")


def test_the_star_leaves_only_where_it_may(world: World) -> None:
    with pytest.raises(NotNow):
        join(world).press("*")
    player = join(world, 'hangupOnStar="true"')
    player.press("*")
    assert heard(player) == ["welcome back"]


def test_a_member_who_may_not_start_hears_the_wait_sound(world: World) -> None:
    assert heard(join(world, f'waitSound="{BASE}music"')) == []
    assert heard(join(world, f'waitSound="{BASE}music" startConferenceOnEnter="false"')) == ["https://a.test/m.mp3"]
    assert heard(join(world, 'enterSound="beep:1"')) == []


def test_a_caller_who_hangs_up_has_left_the_room(world: World) -> None:
    player = join(world)
    player.hang_up()
    assert last(player, "left") == {"room": "lobby"}
    assert code(player) == 4000


def test_a_party_tells_its_own_names(world: World) -> None:
    player = world.call(
        f'<MultiPartyCall role="agent" onExitActionUrl="{BASE}left">desk</MultiPartyCall>{AFTER}',
        left="<Speak>done</Speak>",
    )
    assert last(player, "joined") == {"room": "desk", "role": "agent"}
    player.leave()
    assert world.asked_for("left")[0]["MPCFriendlyName"] == "desk"
    assert heard(player) == ["done"]
    player = world.call(f'<MultiPartyCall role="agent">desk</MultiPartyCall>{AFTER}')
    player.leave()
    assert heard(player) == ["after"]


def test_a_stream_holds_the_call_only_where_it_keeps_it_alive(world: World) -> None:
    assert heard(world.call(f"<Stream>wss://a.test</Stream>{AFTER}")) == ["after"]
    player = world.call(f'<Stream keepCallAlive="true" statusCallbackUrl="{BASE}stream">wss://a.test</Stream>{AFTER}')
    assert heard(player) == []
    with pytest.raises(NotNow):
        player.press("1")
    player.leave()
    assert heard(player) == ["after"]
    assert [told["Event"] for told in world.asked_for("stream")] == ["StartStream", "StopStream"]
