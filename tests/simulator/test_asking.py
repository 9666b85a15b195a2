"""GetInput and GetDigits: one reply is what the caller entered, silence goes on to the next element."""

from __future__ import annotations

import json

import pytest

from flowbuilder.simulator.hiding import DOTS
from flowbuilder.simulator.player import NotNow, Player
from flowbuilder.simulator.transcript import lines_for
from tests.simulator.world import BASE, World, heard, kinds, last

AFTER = "<Speak>after</Speak>"


@pytest.fixture
def world() -> World:
    return World()


def ask(
    world: World, more: str = 'inputType="dtmf"', prompts: str = "<Speak>?</Speak>", tag: str = "GetInput"
) -> Player:
    return world.call(f'<{tag} action="{BASE}got" {more}>{prompts}</{tag}>{AFTER}', got="<Speak>got it</Speak>")


def test_the_prompts_are_heard_and_then_the_caller_is_waited_for(world: World) -> None:
    player = ask(world, prompts="<Speak>one</Speak><Wait/><Play>https://a.test/2.mp3</Play>")
    assert heard(player) == ["one", "https://a.test/2.mp3"]
    assert player.awaiting is not None
    assert player.awaiting.to_json() == {
        "kind": "input",
        "input_type": "dtmf",
        "num_digits": 32,
        "finish_on_key": "#",
        "timeout": 15,
        "targets": [],
        "results": [],
        "max_length": 0,
        "room": "",
        "takes_star": False,
        "may_stay_silent": True,
        "secret": False,
    }


def test_keys_go_to_the_action_url_and_its_document_takes_over(world: World) -> None:
    player = ask(world)
    player.press("42")
    assert heard(player) == ["?", "got it"]
    told = world.asked_for("got")[0]
    assert (told["Digits"], told["InputType"], told["Speech"]) == ("42", "dtmf", "")
    assert told["CallStatus"] == "in-progress"


@pytest.mark.parametrize(
    ("more", "pressed", "digits"),
    [
        ('inputType="dtmf" numDigits="1"', "5", "5"),
        ('inputType="dtmf" numDigits="2"', "567", "56"),
        ('inputType="dtmf"', "12#", "12"),
        ('inputType="dtmf"', "12#34", "12"),
        ('inputType="dtmf" finishOnKey="*"', "1#2*", "1#2"),
        ('inputType="dtmf" finishOnKey="none"', "1#", "1#"),
        ('inputType="dtmf" finishOnKey=""', "*#", "*#"),
        ('inputType="dtmf" numDigits="1" finishOnKey="none"', "#", "#"),
        ('inputType="dtmf speech"', "7", "7"),
        ("", "7", "7"),
    ],
)
def test_digits_are_cut_at_the_length_and_at_the_finish_key(world: World, more: str, pressed: str, digits: str) -> None:
    ask(world, more).press(pressed)
    assert world.asked_for("got")[0]["Digits"] == digits


def test_the_finish_key_alone_is_no_input(world: World) -> None:
    player = ask(world)
    player.press("#")
    assert world.asked_for("got") == []
    assert heard(player) == ["?", "after"]


def test_silence_requests_nothing_and_goes_on(world: World) -> None:
    player = ask(world, 'inputType="dtmf speech" executionTimeout="20"')
    player.stay_silent()
    assert world.asked_for("got") == []
    assert heard(player) == ["?", "after"]
    assert last(player, "stayed_silent") == {"seconds": 20}


def test_speech_goes_to_the_action_url_with_its_confidence(world: World) -> None:
    player = ask(world, 'inputType="speech"')
    player.say(" billing ", confidence=0.5)
    told = world.asked_for("got")[0]
    assert (told["Speech"], told["Digits"], told["InputType"]) == ("billing", "", "speech")
    assert told["SpeechConfidenceScore"] == "0.5"
    assert last(player, "spoke") == {"text": "billing", "confidence": 0.5}


def test_interim_results_are_sent_where_they_are_asked_for(world: World) -> None:
    ask(world, f'inputType="speech" interimSpeechResultsCallback="{BASE}interim"').say("hi")
    assert world.asked_for("interim")[0]["StableSpeech"] == "hi"


def test_what_is_not_listened_for_is_refused_and_changes_nothing(world: World) -> None:
    player = ask(world, 'inputType="dtmf"')
    before = player.to_json()
    for act in (lambda: player.say("x"), lambda: player.press(""), lambda: player.press("1a"), player.leave):
        with pytest.raises(NotNow):
            act()
    player_of_speech = ask(world, 'inputType="speech"')
    with pytest.raises(NotNow, match="speech only"):
        player_of_speech.press("1")
    with pytest.raises(NotNow):
        player_of_speech.say("  ")
    assert player.to_json() == before


def test_a_prompt_that_never_ends_can_be_broken_into_but_not_outwaited(world: World) -> None:
    player = ask(world, prompts='<Speak loop="0">again</Speak><Speak>never</Speak>')
    with pytest.raises(NotNow, match="never ends"):
        player.stay_silent()
    player.press("1")
    assert heard(player) == ["again", "got it"]


def test_without_redirect_the_next_element_runs(world: World) -> None:
    player = ask(world, 'inputType="dtmf" redirect="false"')
    player.press("1")
    assert len(world.asked_for("got")) == 1
    assert heard(player) == ["?", "after"]


def test_get_digits_without_an_action_goes_on(world: World) -> None:
    player = world.call(f"<GetDigits><Speak>?</Speak></GetDigits>{AFTER}")
    player.press("1")
    assert heard(player) == ["?", "after"]


def test_get_digits_sends_the_digits_only_and_beeps(world: World) -> None:
    player = ask(world, 'playBeep="true" timeout="7"', tag="GetDigits")
    assert "beeped" in kinds(player)
    assert player.awaiting is not None
    assert player.awaiting.timeout == 7
    player.press("9")
    assert world.asked_for("got")[0]["Digits"] == "9"
    assert "InputType" not in world.asked_for("got")[0]


def test_get_digits_asks_as_often_as_retries_says(world: World) -> None:
    player = ask(world, 'retries="3"', tag="GetDigits")
    player.stay_silent()
    player.stay_silent()
    assert heard(player) == ["?", "?", "?"]
    player.stay_silent()
    assert heard(player)[-1] == "after"


def test_get_digits_refuses_other_keys_with_its_sound(world: World) -> None:
    player = ask(world, 'retries="2" validDigits="12" invalidDigitsSound="https://a.test/no.mp3"', tag="GetDigits")
    player.press("3")
    assert heard(player) == ["?", "https://a.test/no.mp3", "?"]
    player.press("2")
    assert world.asked_for("got")[0]["Digits"] == "2"


@pytest.mark.parametrize("tag", ["GetInput", "GetDigits"])
def test_keys_that_no_log_may_hold_are_dots_in_all_that_is_reported(world: World, tag: str) -> None:
    player = ask(world, 'log="false" numDigits="4"', tag=tag)
    assert player.awaiting is not None
    assert player.awaiting.secret
    player.press("7319")
    assert world.asked_for("got")[0]["Digits"] == "7319"
    assert last(player, "pressed") == {"digits": DOTS, "secret": True}
    assert "7319" not in json.dumps([event.to_json() for event in player.events])
    assert f"* pressed {DOTS}" in lines_for(player.events)


def test_speech_that_no_log_may_hold_is_dots_in_all_that_is_reported(world: World) -> None:
    player = ask(world, f'inputType="speech" log="false" interimSpeechResultsCallback="{BASE}interim"')
    player.say("open sesame")
    assert world.asked_for("got")[0]["Speech"] == "open sesame"
    assert last(player, "spoke") == {"text": DOTS, "secret": True, "confidence": 0.9}
    assert "sesame" not in json.dumps([event.to_json() for event in player.events])


@pytest.mark.parametrize(
    ("said", "reported"),
    [
        ("Your PIN is 7319.", f"Your PIN is {DOTS}."),
        ("7 3 1 9, or 7, 3, 1, 9?", f"{DOTS}, or {DOTS}?"),
        ("Invoice 73190 of 2026", "Invoice 73190 of 2026"),
    ],
)
def test_a_secret_that_is_said_again_is_dots_too(world: World, said: str, reported: str) -> None:
    again = f"<Speak>{said}</Speak><Dial><Number>7319</Number></Dial>"
    asking = f'<GetInput action="{BASE}got" log="false" numDigits="4"><Speak>?</Speak></GetInput>'
    player = world.call(asking, got=again)
    player.press("7319")
    assert last(player, "said")["text"] == reported
    assert last(player, "dialing")["targets"] == [DOTS]
    kept = Player.from_json(json.loads(json.dumps(player.to_json())), world.fetch)
    assert kept.state == player.state
