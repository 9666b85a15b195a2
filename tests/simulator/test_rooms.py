"""Conference, MultiPartyCall, Stream: in, out again, and on."""

from __future__ import annotations

import pytest

from flowbuilder.protocol.webhooks import read_reply
from flowbuilder.simulator.player import NotNow, Player
from flowbuilder.simulator.transcript import lines_for
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


def heard_by(player: Player) -> list[tuple[str, str]]:
    """What was heard, and by whom."""
    sounds = [event.data for event in player.events if event.kind in ("said", "played")]
    return [(str(data["to"]), str(data.get("text") or data.get("url"))) for data in sounds]


def test_those_in_a_conference_hear_who_comes_and_goes(world: World) -> None:
    pages = {"in": "<Speak>in</Speak>", "out": "<Speak>out</Speak>"}
    world.pages |= pages
    player = join(world, f'enterSound="{BASE}in" exitSound="{BASE}out" startConferenceOnEnter="false"')
    player.leave()
    assert heard_by(player) == [("room", "in"), ("room", "out"), ("caller", "welcome back")]
    assert [method for method, path, _ in world.asked if path in pages] == ["POST", "POST"]
    assert "> (to the room) in" in lines_for(player.events)


def test_a_party_asks_for_its_sounds_with_get_unless_told_otherwise(world: World) -> None:
    sounds = ("enterSound", "exitSound", "waitMusicUrl", "startRecordingAudio", "stopRecordingAudio")
    world.pages |= {name: f"<Speak>{name}</Speak>" for name in sounds}
    given = " ".join(f'{name}="{BASE}{name}"' for name in sounds)
    player = world.call(
        f'<MultiPartyCall role="customer" record="true" startMpcOnEnter="false" exitSoundMethod="POST" {given}>'
        "desk</MultiPartyCall>"
    )
    player.hang_up()
    assert heard_by(player) == [
        ("room", "enterSound"),
        ("room", "startRecordingAudio"),
        ("caller", "waitMusicUrl"),
        ("room", "exitSound"),
        ("room", "stopRecordingAudio"),
    ]
    methods = {path: method for method, path, _ in world.asked if path in sounds}
    assert methods == {**dict.fromkeys(sounds, "GET"), "exitSound": "POST"}


@pytest.mark.parametrize(("role", "music"), [("agent", "agentHoldMusic"), ("customer", "customerHoldMusic")])
def test_whoever_joins_on_hold_hears_the_hold_music_of_the_role(world: World, role: str, music: str) -> None:
    world.pages |= {
        "agentHoldMusic": "<Speak>agentHoldMusic</Speak>",
        "customerHoldMusic": "<Speak>customerHoldMusic</Speak>",
    }
    urls = f'agentHoldMusicUrl="{BASE}agentHoldMusic" customerHoldMusicUrl="{BASE}customerHoldMusic"'
    player = world.call(f'<MultiPartyCall role="{role}" hold="true" {urls}>desk</MultiPartyCall>')
    assert heard_by(player) == [("caller", music)]


def test_only_sounds_count_in_the_xml_of_a_sound(world: World) -> None:
    world.pages["in"] = "<Speak>in</Speak><Hangup/><Wait/>"
    player = join(world, f'enterSound="{BASE}in"')
    assert heard_by(player) == [("room", "in")]
    assert last(player, "doubted") == {"sentence": "Plivo ignores Hangup in the XML of a sound."}
    assert not player.ended
