"""Values fill a document and never shape it; what they make impossible for Plivo is mended, and the call goes on."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from flowbuilder.protocol.elements import check_document
from flowbuilder.protocol.xml import clean_text
from tests.checks.drawing import hang_up, menu, node, say
from tests.runtime.line import BASE, Line, spoken, tags
from tests.strategies import json_values

# Every place in which a setting takes an expression, one node for each.
FILLED: dict[str, Any] = {
    "speak": say("a {{ vars.v }} b"),
    "only": say("{{ vars.v }}"),
    "voice": node("speak", {"text": "Hello.", "voice": "{{ vars.v }}"}),
    "language": node("speak", {"text": "Hello.", "voice": "Polly.Amy", "language": "{{ vars.v }}"}),
    "play": node("play", {"url": "{{ vars.v }}"}),
    "play_path": node("play", {"url": "https://audio.example.com/{{ vars.v }}.mp3"}),
    "menu": node(
        "get_input",
        {
            "prompts": [{"speak": "{{ vars.v }}"}, {"play": "{{ vars.v }}"}, {"speak": "x", "voice": "{{ vars.v }}"}],
            "input_type": "dtmf speech",
            "hints": "sales,{{ vars.v }}",
            "language": "{{ vars.v }}",
            "attempts": 2,
            "no_input_prompts": [{"speak": "Nothing, {{ vars.v }}?"}],
        },
    ),
    "dial": node(
        "dial",
        {
            "to": [{"number": "{{ vars.v }}", "send_digits": "{{ vars.v }}"}, {"number": "+14155550100"}],
            "caller_id": "{{ vars.v }}",
            "caller_name": "Dr {{ vars.v }}",
            "dial_music": "{{ vars.v }}",
            "confirm_sound": "{{ vars.v }}",
            "confirm_key": "1",
            "sip_headers": {"Account": "{{ vars.v }}", "Fixed": "1", "Mixed": "a{{ vars.v }}"},
        },
    ),
    "users": node("dial", {"to": [{"user": "{{ vars.v }}"}, {"user": "sip:{{ vars.v }}@phone.plivo.com"}]}),
    "record": node(
        "record",
        {
            "report_url": "{{ vars.v }}",
            "transcription_type": "auto",
            "transcription_url": "https://hooks.example.com/{{ vars.v }}",
        },
    ),
    "redirect": node("redirect", {"url": "{{ vars.v }}"}),
}
NASTY = [
    "<Hangup/>",
    "]]>",
    '"/><Hangup/><Speak x="',
    "' onclick='",
    "&lt;Hangup/&gt;",
    "&#x0;&nbsp;&bomb;",
    "<!-- ",
    "<![CDATA[ <Hangup/> ]]>",
    "<?xml version='1.0'?>",
    "{{ vars.v }}",
    "{{ 7 * 7 }} {% for x in y %}",
    "a\x00b\x08c\x0b\x1f",
    "\ud800 half \udfff",
    "\ufffe\uffff",
    "\u202eevil\u202c",
    "line\r\nline\ttab",
    "1,Evil=2",
    "WOMAN",
    "Polly.Amy",
    "Polly.",
    "en-GB",
    "+14155550100",
    "14155550100",
    "+1415555010012345678",
    "sip:desk@phone.plivo.com",
    "sip:a@b c@d",
    "https://audio.example.com/a.mp3",
    "javascript:alert(1)",
    "https://",
    "http://[",
    "ww12#",
    "real",
    "x" * 5_000,
    "https://audio.example.com/" + "x" * 5_000,
    ",".join(["phrase"] * 600),
    "<" * 3_000,
    "",
    " ",
    None,
    True,
    0.5,
    {"a": ["<Hangup/>"]},
]
VALUES = st.sampled_from(NASTY) | st.text(max_size=30) | json_values()
ADDED = {"Redirect", "Hangup"}


def filled(name: str, value: Any) -> etree._Element:
    line = Line(**{name: FILLED[name]}, entry=name)
    line.call.variables["v"] = value
    return line.arrive(name)


def attributes_of(element: etree._Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items()}


def shape(element: etree._Element) -> dict[str, set[str]]:
    """The names of the elements, and of the attributes that each has."""
    names: dict[str, set[str]] = {}
    for one in element.iter():
        names.setdefault(str(one.tag), set()).update(str(name) for name in one.attrib)
    return names


@pytest.mark.parametrize("name", FILLED)
@given(value=VALUES)
def test_no_value_can_become_markup_and_plivo_takes_what_is_made_of_it(name: str, value: Any) -> None:
    document = filled(name, value)
    assert check_document(document) == []
    written = shape(Line(**{name: FILLED[name]}, entry=name).program.nodes[name].part().root)
    for tag, attributes in shape(document).items():
        assert tag in written or tag in ADDED
        assert attributes <= written.get(tag, set())
    own = re.compile(re.escape(f"{BASE}/nodes/{name}/") + r"(input|dialed|recorded)\?[a-z0-9=&]+")
    actions = [element.get("action") for element in document.iter() if element.get("action")]
    assert [action for action in actions if not own.fullmatch(str(action))] == []


@given(value=st.text(max_size=40))
def test_a_text_comes_through_as_it_is_but_for_what_xml_cannot_carry(value: str) -> None:
    (element,) = filled("speak", value)
    assert element.text == clean_text(f"a {value} b")
    assert len(element) == 0


def test_what_a_caller_says_cannot_hang_up() -> None:
    line = Line(
        a=menu(settings={"num_digits": None, "input_type": "speech"}, input="b"), b=say("You said {{ a.speech }}.")
    )
    line.arrive("a")
    (speak,) = line.resume("a", "input", speech="</Speak><Hangup/>{{ call.uuid }}", digits="")
    assert speak.tag == "Speak"
    assert speak.text == "You said </Speak><Hangup/>{{ call.uuid }}."


# --- what is left out


@pytest.mark.parametrize("nothing", ["", " \n\t ", None, "\x00\x08"])
def test_a_speak_of_nothing_is_left_out(nothing: str | None) -> None:
    line = Line(a=say("{{ vars.v }}", next="b"), b=say("Next.", next="c"), c=hang_up())
    line.call.variables["v"] = nothing
    assert tags(line.arrive("a")) == ["Speak", "Hangup"]
    assert line.call.owners == ["b", "c"]


def test_a_prompt_of_nothing_is_left_out_of_its_question() -> None:
    question = filled("menu", "")[0]
    assert tags(question) == ["Speak"]
    assert spoken(question) == ["x"]


@pytest.mark.parametrize(
    ("value", "played"),
    [("https://a.test/x.mp3", True), ("", False), ("ftp://a.test/x", False), ("https://a.test/" + "x" * 2_048, False)],
)
def test_only_a_whole_web_address_is_played(value: str, played: bool) -> None:
    assert tags(filled("play", value)) == (["Play"] if played else [])


@pytest.mark.parametrize("value", ["", "mailto:a@b.test", "https://a.test/" + "x" * 2_048])
def test_a_redirect_to_nowhere_hangs_up(value: str) -> None:
    assert tags(filled("redirect", value)) == ["Hangup"]


def test_a_redirect_to_somewhere_goes_there() -> None:
    (redirect,) = filled("redirect", "https://a.test/x?a=1&b=2")
    assert (redirect.tag, redirect.text) == ("Redirect", "https://a.test/x?a=1&b=2")


def test_a_dial_of_nobody_goes_on_as_failed() -> None:
    dial = node("dial", {"to": [{"number": "{{ vars.v }}"}]}, failed="b", otherwise="c")
    line = Line(a=dial, b=say("Failed."), c=say("Other."))
    (redirect,) = line.arrive("a")
    assert redirect.tag == "Redirect"
    assert redirect.text == f"{BASE}/nodes/a/dialed?DialStatus=failed&DialHangupCause=No+valid+number&turn=1"
    assert spoken(line.resume("a", "dialed", status="failed", hangup_cause="No valid number")) == ["Failed."]


def test_a_dial_in_turn_goes_on_to_the_next_where_one_number_is_none() -> None:
    to = [{"number": "{{ vars.v }}"}, {"number": "+14155550100"}]
    line = Line(a=node("dial", {"to": to, "order": "in_turn"}))
    assert tags(line.arrive("a")) == ["Redirect"]
    (dial,) = line.resume("a", "dialed", attempt=1, status="failed")
    assert [number.text for number in dial] == ["+14155550100"]


def test_only_the_numbers_that_are_none_are_left_out() -> None:
    (dial,) = filled("dial", "nobody")
    assert [number.text for number in dial] == ["+14155550100"]
    assert set(dial.attrib) == {"action", "timeout", "callerName", "sipHeaders"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [("+12025550123", "+12025550123"), ("12025550123", "12025550123"), ("anonymous", None), ("", None), ("+1", None)],
)
def test_a_number_that_is_none_is_not_shown(value: str, shown: str | None) -> None:
    assert filled("dial", value)[0].get("callerId") == shown


def test_a_key_is_only_asked_for_with_a_sound_that_asks() -> None:
    (dial,) = filled("dial", "https://a.test/ask")
    assert (dial.get("confirmSound"), dial.get("confirmKey")) == ("https://a.test/ask", "1")
    assert filled("dial", "no address")[0].get("confirmKey") is None


def test_a_value_cannot_begin_another_sip_header() -> None:
    assert filled("dial", "1,Evil=2")[0].get("sipHeaders") == "Account=1Evil2,Fixed=1,Mixed=a1Evil2"
    assert filled("dial", "<>")[0].get("sipHeaders") == "Fixed=1,Mixed=a"
    assert filled("dial", "9" * 500)[0].get("sipHeaders") == f"Account={'9' * 120},Fixed=1"


@pytest.mark.parametrize(
    ("value", "spoken_with"),
    [
        ("Polly.Amy", {"voice": "Polly.Amy"}),
        ("MAN", {"voice": "MAN"}),
        ("Polly.Nobody", {}),
        ("ROBOT", {}),
        ("", {}),
    ],
)
def test_a_voice_that_there_is_none_of_does_not_silence_the_text(value: str, spoken_with: dict[str, str]) -> None:
    (speak,) = filled("voice", value)
    assert (speak.text, attributes_of(speak)) == ("Hello.", spoken_with)


@pytest.mark.parametrize(
    ("value", "spoken_with"),
    [
        ("en-GB", {"voice": "Polly.Amy", "language": "en-GB"}),
        ("de-DE", {"language": "de-DE"}),
        ("Klingon", {"voice": "Polly.Amy"}),
        ("xx-XX", {}),
        ("", {"voice": "Polly.Amy"}),
    ],
)
def test_a_language_that_the_voice_does_not_speak_gets_another_voice(value: str, spoken_with: dict[str, str]) -> None:
    (speak,) = filled("language", value)
    assert (speak.text, attributes_of(speak)) == ("Hello.", spoken_with)


# --- what is cut


def test_what_is_too_long_is_cut_to_what_plivo_takes() -> None:
    long = "x" * 5_000
    assert filled("speak", long)[0].text == ("a " + long)[:3_000]
    assert filled("dial", long)[0].get("callerName") == ("Dr " + long)[:50]
    assert filled("menu", "word " * 30)[0].get("hints") == "sales"
    assert len((filled("menu", ",".join(["a"] * 600))[0].get("hints") or "").split(",")) == 500


def test_what_needs_no_filling_is_left_as_it_is() -> None:
    text = "<b> & ]]> \u202e " + "x" * 2_900
    line = Line(a=say(text))
    assert line.arrive("a")[0].text == text
