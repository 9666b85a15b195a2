"""A session reads as a conversation and takes what a person types."""

from __future__ import annotations

import pytest

from flowbuilder.simulator.player import FetchResult, NotNow, Player
from flowbuilder.simulator.session import Session
from flowbuilder.simulator.transcript import short_url
from tests.simulator.world import BASE, World

MENU = (
    f'<GetInput action="{BASE}nodes/menu/input?turn=2" inputType="dtmf speech" numDigits="1" executionTimeout="8">'
    "<Speak>Press 1 for billing.</Speak></GetInput><Speak>Bye.</Speak>"
)
DIAL = f'<Dial action="{BASE}nodes/ring/dialed" timeout="20"><Number>+14155550101</Number></Dial>'


@pytest.fixture
def world() -> World:
    world = World(answer_url=BASE + "nodes/welcome")
    world.pages |= {
        "nodes/welcome": f"<Speak>Welcome to the clinic.</Speak>{MENU}",
        "nodes/menu/input?turn=2": DIAL,
        "nodes/ring/dialed": f'<Record action="{BASE}nodes/mail/recorded" maxLength="30"/>',
        "nodes/mail/recorded": '<Conference hangupOnStar="true">lobby</Conference>',
    }
    return world


@pytest.fixture
def session(world: World) -> Session:
    return Session(Player(world.fetch, world.setup))


def test_the_transcript_reads_as_the_call_went(session: Session) -> None:
    session.begin()
    for command in ("1", "no answer", "12 s", "leave"):
        session.act(command)
    assert session.lines() == [
        "! answer POST nodes/welcome 200",
        "~ the call is picked up",
        "> Welcome to the clinic.",
        "> Press 1 for billing.",
        "* pressed 1",
        "! action POST nodes/menu/input?turn=2 200",
        "~ rings +14155550101",
        "~ the dial ends: no_answer after 20 s",
        "! action POST nodes/ring/dialed 200",
        "> [beep]",
        "~ records a message",
        "~ recorded 12 s: https://recordings.invalid/"
        + session.player.to_json()["events"][11]["recording_id"]
        + ".mp3",
        "! action POST nodes/mail/recorded 200",
        "~ joins lobby",
        "~ leaves lobby",
        "~ the call ends: End Of XML Instructions (4010).",
        "! hangup POST hangup 200",
    ]


def test_acting_gives_the_new_lines_only(session: Session) -> None:
    first = session.begin()
    assert session.act("") == [
        "* stayed silent for 8 s",
        "> Bye.",
        "~ the call ends: End Of XML Instructions (4010).",
        "! hangup POST hangup 200",
    ]
    assert session.lines(since=len(first))[0] == "* stayed silent for 8 s"


def test_choices_say_what_can_be_done_now(session: Session) -> None:
    assert [choice.do for choice in session.choices()] == ["hang_up"]
    session.begin()
    assert [(choice.do, choice.words) for choice in session.choices()] == [
        ("press", "press a key"),
        ("say", "say something"),
        ("stay_silent", "stay silent for 8 s"),
        ("hang_up", "hang up"),
    ]
    session.act("say billing please")
    assert session.choices()[0].to_json() == {
        "do": "dial_ends",
        "words": "+14155550101: say how it ends",
        "values": ["completed", "busy", "failed", "timeout", "no_answer", "cancel"],
    }
    session.act("completed 40 s")
    assert [choice.do for choice in session.choices()] == ["record_ends", "press", "stay_silent", "hang_up"]
    session.act("#")
    assert [choice.do for choice in session.choices()] == ["leave", "press", "hang_up"]
    session.act("*")
    assert session.choices() == []


def test_words_are_spoken_with_and_without_say(session: Session) -> None:
    session.begin()
    assert session.act("billing, please")[0] == '* said "billing, please"'


def test_hanging_up_is_always_there(session: Session) -> None:
    session.begin()
    assert session.act("hang up")[0] == "~ the caller hangs up: Normal Hangup (4000)."


@pytest.mark.parametrize("command", ["busy 3", "completed many", "leave", "12 s x", "say hello", "1"])
def test_what_cannot_be_done_now_is_refused_with_a_sentence(session: Session, command: str) -> None:
    session.begin()
    session.act("1")
    if command == "busy 3":
        assert "after 3 s" in session.act(command)[0]
        return
    with pytest.raises(NotNow) as refusal:
        session.act(command)
    assert str(refusal.value).endswith(".")


def test_a_failure_is_told_with_its_reason(world: World) -> None:
    world.pages["nodes/welcome"] = FetchResult(0)
    assert Session(Player(world.fetch, world.setup)).begin() == [
        "! answer POST nodes/welcome no answer",
        "~ Plivo ends the call: Error Reaching Answer URL (7011). The answer URL did not answer.",
        "! hangup POST hangup 200",
    ]


def test_our_own_urls_are_short_and_others_are_not() -> None:
    assert short_url("https://a.test/x/v1/flows/f-abc/12/nodes/menu?turn=1") == "nodes/menu?turn=1"
    assert short_url("https://a.test/other") == "https://a.test/other"


def test_every_kind_of_event_has_words() -> None:
    from typing import get_args

    from flowbuilder.simulator.events import EventKind
    from flowbuilder.simulator.transcript import LINES

    assert set(LINES) == set(get_args(EventKind))
