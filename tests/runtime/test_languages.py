"""A call that chooses a language hears its texts, in its voice, until it chooses another."""

from __future__ import annotations

import json
from typing import Any

from flowbuilder.compiler import Program, compile_flow, static_document
from flowbuilder.flow.model import Flow, Node
from flowbuilder.runtime import Call, Links, NoServices, arrive, resume, sound

BASE = "https://x.test/v1/flows/f/1"
EXTRAS = {"languages": ["en-US", "de-DE", "fr-FR"], "voices": {"de-DE": "Polly.Vicki"}}


def speak(text: str, texts: dict[str, str] | None = None, next: str = "") -> Node:
    return Node("speak", {"text": text, **({"texts": texts} if texts else {})}, {"next": next} if next else {})


def choose(language: str, next: str) -> Node:
    return Node("choose_language", {"language": language}, {"next": next})


def program(extras: dict[str, Any] | None = None, **nodes: Node) -> Program:
    """The program, kept as JSON and read again."""
    made = compile_flow(Flow("Languages", "a", nodes, EXTRAS if extras is None else extras))
    return Program.from_json(json.loads(json.dumps(made.to_json())))


def served(made: Program, call: Call | None = None, node: str = "a") -> str:
    answer = arrive(made, call or Call({}), node, Links(BASE), NoServices())
    return answer.body.decode().partition("<Response>")[2].removesuffix("</Response>").strip()


def test_the_documents_stay_fused() -> None:
    made = program(
        a=speak("Hi", {"de-DE": "Hallo"}, next="b"), b=choose("de-DE", "c"), c=speak("Bye", {"de-DE": "Ade"})
    )
    assert served(made) == '<Speak>Hi</Speak><Speak voice="Polly.Vicki" language="de-DE">Ade</Speak>'


def test_what_is_not_translated_is_said_in_the_flows_own_language() -> None:
    extras = {"languages": ["en-GB", "de-DE", "fr-FR"]}
    made = program(extras, a=choose("fr", "b"), b=speak("Hi", {"de-DE": "Hallo"}))
    assert served(made) == '<Speak language="en-GB">Hi</Speak>'


def test_a_language_without_a_voice_gets_one_that_speaks_it() -> None:
    made = program({"languages": ["en-US", "hi-IN"]}, a=choose("hi-IN", "b"), b=speak("Hi", {"hi-IN": "Namaste"}))
    assert served(made) == '<Speak voice="Polly.Aditi" language="hi-IN">Namaste</Speak>'


def test_the_flows_own_language_can_be_chosen_again() -> None:
    made = program(a=choose("de-DE", "b"), b=choose("en-US", "c"), c=speak("Hi", {"de-DE": "Hallo"}))
    assert served(made) == "<Speak>Hi</Speak>"


def test_the_language_lasts_for_the_call_and_is_kept_apart_from_other_calls() -> None:
    menu = Node(
        "get_input",
        {"prompts": [{"speak": "One", "texts": {"de-DE": "Eins"}}], "input_type": "dtmf speech", "attempts": 2},
        {"input": "bye"},
    )
    made = program(a=choose("{{ call.from_number }}", "menu"), menu=menu, bye=speak("Bye", {"de-DE": "Ade"}))
    german = ("Eins", "Ade", True)
    for number, (asked, said, heard) in [("de_de", german), ("1", ("One", "Bye", False)), ("de", german)]:
        call = Call({"from_number": number})
        document = served(made, call)
        assert f">{asked}</Speak>" in document
        assert ('executionTimeout="15" language="de-DE"' in document) == heard
        again = resume(made, call, "menu", "input", {}, Links(BASE), NoServices())
        assert f">{asked}</Speak>".encode() in again.body
        call = Call.from_json(json.loads(json.dumps(call.to_json())))
        answer = resume(made, call, "menu", "input", {"digits": "1"}, Links(BASE), NoServices(), attempt=2)
        assert f">{said}</Speak>".encode() in answer.body


def test_sounds_beside_a_call_are_in_its_language_too() -> None:
    prompts = [{"speak": "Wait", "texts": {"de-DE": "Warten"}}]
    dial = Node("dial", {"to": [{"number": "+14155550100"}], "dial_music_prompts": prompts})
    made = program(a=choose("de-DE", "d"), d=dial)
    call = Call({})
    served(made, call)
    assert b"Warten" in sound(made, call, "d", "dial_music", Links(BASE))
    assert b"Wait" in sound(made, Call({}), "d", "dial_music", Links(BASE))


def test_a_flow_without_languages_compiles_as_before() -> None:
    nodes = {"a": speak("Hi", {"de-DE": "Hallo"}, next="b"), "b": speak("Bye")}
    made = program({}, **nodes)
    assert [list(node.parts) for node in made.nodes.values()] == [["1"], ["1"]]
    assert made.languages == ()
    assert served(made, Call({}, variables={"language": "de-DE"})) == "<Speak>Hi</Speak><Speak>Bye</Speak>"


def test_a_part_that_differs_in_no_language_is_kept_once() -> None:
    made = program(a=speak("Hi", {"de-DE": "Hallo"}, next="h"), h=Node("hangup"))
    assert (set(made.nodes["h"].parts), made.languages) == ({"1"}, ("de-DE",))
    assert b"Hallo" not in (static_document(made, "a", BASE) or b"")


def test_a_text_message_is_in_the_language_of_the_call() -> None:
    from_to = {"from": "+14155550111", "to": "+14155550100"}
    message = Node("message", {**from_to, "text": "Hello", "texts": {"de-DE": "Hallo", "fr-FR": " "}})
    assert ">Hallo</Message>" in served(program(a=choose("de-DE", "b"), b=message))
    assert ">Hello</Message>" in served(program(a=choose("fr-FR", "b"), b=message))
    assert ">Hello</Message>" in served(program(a=message))


def test_callers_may_say_the_phrases_of_their_language_and_they_are_hinted() -> None:
    choices = [
        {"exit": "sales", "phrases": ["sales"], "texts": {"de-DE": "Verkauf, etwas kaufen"}},
        {"exit": "desk", "phrases": ["reception"]},
    ]
    menu = {"prompts": [{"speak": "Yes?"}], "input_type": "speech", "choices": choices}
    made = program(a=choose("de-DE", "b"), b=Node("get_input", menu, {"sales": "c"}), c=speak("Sales."))
    call = Call({})
    assert 'hints="Verkauf,etwas kaufen,reception"' in served(made, call)
    reply = {"speech": "Ich möchte etwas kaufen", "confidence": 0.9, "input_type": "speech"}
    assert b"Sales." in resume(made, call, "b", "input", reply, Links(BASE), NoServices()).body
    assert 'hints="sales,reception"' in served(program(a=Node("get_input", menu)))
