"""missing-translation: which prompt lacks which language, and what could not be spoken."""

from __future__ import annotations

from typing import Any

from flowbuilder.checks import find_problems
from flowbuilder.flow.model import Flow, Node

LANGUAGES = {"languages": ["en-US", "de-DE", "fr-FR"]}


def said(*, extras: dict[str, Any] | None = None, **nodes: Node) -> list[tuple[str, str | None, str | None]]:
    """What is found in a flow of these nodes: (code, node, path), but for what it has to do with exits."""
    found = find_problems(Flow("Languages", "a", nodes, LANGUAGES if extras is None else extras))
    codes = ("missing-translation", "bad-setting")
    return [(problem.code, problem.node, problem.path) for problem in found if problem.code in codes]


def speak(text: str = "Hello", **settings: Any) -> Node:
    return Node("speak", {"text": text, **settings})


def test_one_warning_per_prompt_and_language() -> None:
    prompts = [{"speak": "One", "texts": {"fr-FR": "Un"}}, {"wait": 1}, {"speak": "Two"}]
    menu = Node("get_input", {"prompts": prompts, "choices": [{"exit": "x", "digits": "1"}]})
    assert said(a=speak(texts={"de-DE": "Hallo"}), menu=menu) == [
        ("missing-translation", "a", "text"),
        ("missing-translation", "menu", "prompts.0"),
        ("missing-translation", "menu", "prompts.2"),
        ("missing-translation", "menu", "prompts.2"),
    ]


def test_a_flow_of_one_language_lacks_none() -> None:
    assert said(extras={}, a=speak()) == []
    assert said(extras={"languages": ["en-US"]}, a=speak()) == []


def test_what_needs_no_translation_lacks_none() -> None:
    assert said(a=speak("{{ vars.name }}"), b=speak("Pulse el dos", language="es-ES", voice="Polly.Lucia")) == []


def test_a_language_that_the_voice_does_not_speak_stops_publishing() -> None:
    extras = {**LANGUAGES, "voices": {"de-DE": "Polly.Amy"}}
    assert said(extras=extras, a=speak("{{ vars.x }}")) == [("bad-setting", None, None)]
    assert said(extras={"languages": ["en-US", "xx-XX"]}, a=speak("{{ vars.x }}")) == [("bad-setting", None, None)]


def test_mistakes_in_the_tags_of_a_translation_are_found() -> None:
    texts = {"de-DE": "<p>Hallo", "fr-FR": "Bonjour"}
    extras = {**LANGUAGES, "voices": {"de-DE": "Polly.Vicki"}}
    assert said(extras=extras, a=speak(texts=texts)) == [("bad-setting", "a", None)]


def test_a_step_that_chooses_a_language_which_the_flow_lacks_is_named() -> None:
    def chosen(code: str) -> list[tuple[str, str | None, str | None]]:
        return said(a=Node("choose_language", {"language": code}))

    assert chosen("it-IT") == [("missing-translation", "a", None)]
    assert [chosen(code) for code in ("de-DE", "de", "en-US", "{{ vars.code }}")] == [[], [], [], []]


def test_languages_of_no_sense_are_passed_over() -> None:
    for odd in ("de-DE", {"a": 1}, [1, None, "!"], [["de"]]):
        assert said(extras={"languages": odd, "voices": odd}, a=speak()) == []


def test_phrases_and_text_messages_lack_translations_too() -> None:
    choices = [{"exit": "a", "phrases": ["yes"], "texts": {"de-DE": "ja"}}, {"exit": "b", "digits": "2"}]
    spoken = Node("get_input", {"prompts": [{"wait": 1}], "input_type": "dtmf speech", "choices": choices})
    typed = Node("get_input", {"prompts": [{"wait": 1}], "choices": [{"exit": "a", "digits": "1", "phrases": ["x"]}]})
    message = Node("message", {"text": "Bye <b>", "texts": {"de-DE": "Ade <b>"}})
    assert said(a=spoken, typed=typed, message=message) == [
        ("missing-translation", "a", "choices.0"),
        ("missing-translation", "message", "text"),
    ]
