"""Documents are built as trees, read without trust, and compared in one spelling."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.errors import FlowFileError
from flowbuilder.protocol.xml import canonical, clean_text, element, parse, pretty, serialise, set_attribute


def test_attributes_are_spelled_as_plivo_spells_them() -> None:
    made = element("GetInput", action="nodes/menu/input", inputType="dtmf", log=False, numDigits=4)
    assert serialise(made) == (
        b"<?xml version='1.0' encoding='UTF-8'?>\n"
        b'<GetInput action="nodes/menu/input" inputType="dtmf" log="false" numDigits="4"/>'
    )


def test_what_plivo_assumes_anyway_and_what_is_none_is_left_out() -> None:
    made = element("Speak", "Hi", voice="WOMAN", language="en-US", loop=1)
    assert serialise(made).endswith(b"<Speak>Hi</Speak>")
    assert not element("Dial", redirect=True, callerId=None, timeLimit=14_400).attrib


def test_defaults_that_plivos_pages_disagree_on_are_written_always() -> None:
    made = element("GetInput", executionTimeout=15, inputType="dtmf")
    assert made.get("executionTimeout") == "15"
    stream = element("Stream", "wss://a.test", contentType="audio/x-l16;rate=8000")
    assert stream.get("contentType")


def test_a_name_that_is_no_element_or_attribute_is_our_slip() -> None:
    with pytest.raises(ValueError, match="no element 'Say'"):
        element("Say")
    with pytest.raises(ValueError, match="no attribute 'volume'"):
        element("Speak", volume=1)


def test_names_that_python_reserves_and_the_language_of_ssml_can_be_set() -> None:
    made = element("DTMF", "1", **{"async": False})
    assert made.get("async") == "false"
    tag = element("lang", "oui")
    set_attribute(tag, "xml:lang", "fr-FR")
    assert b'xml:lang="fr-FR"' in serialise(tag)


@given(st.text(st.characters(), max_size=40))
def test_any_text_survives_but_for_what_xml_cannot_carry(text: str) -> None:
    root = element("Response")
    root.append(element("Speak", text))
    root.append(element("Conference", "r", digitsMatch=text))
    read = parse(serialise(root))
    kept = clean_text(text)
    assert (read[0].text or "") == kept.replace("\r\n", "\n") if "\r" not in kept else True
    assert read[1].get("digitsMatch", "") == kept


def test_control_characters_and_surrogates_are_dropped_and_the_rest_is_kept() -> None:
    assert clean_text("a\x00b\x1f\ud800\ufffe\tc\n\u202e]]>&<é😀") == "ab\tc\n\u202e]]>&<é😀"


BOMB = (
    b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<Response><Speak>&b;</Speak></Response>"
)
HOSTILE = [
    (b"", "cannot be read"),
    (b"not xml", "cannot be read"),
    (b"<Response>", "cannot be read"),
    (b"<Response>&nbsp;</Response>", "cannot be read"),
    (b"<Response>a & b</Response>", "cannot be read"),
    (BOMB, "document type"),
    (b"<?xml version='1.0'?><!-- x -->\n<!DOCTYPE r SYSTEM 'file:///etc/passwd'><Response/>", "document type"),
    (b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><Response>&x;</Response>', "document type"),
    (b"\xef\xbb\xbf<!DOCTYPE r><Response/>", "document type"),
    ("<!DOCTYPE r><Response/>".encode("utf-16"), "not UTF-8"),
    (b"<Response>\xff</Response>", "not UTF-8"),
    (b"<?xml version='1.0' encoding='utf-7'?>+ADw-!DOCTYPE r+AD4-<Response/>", "cannot be read"),
    (b"<a>" * 3000 + b"</a>" * 3000, "cannot be read"),
    (b"<Response>" + b"a" * 200_000 + b"</Response>", "bytes"),
    (b"<!-- never closed", "cannot be read"),
]


@pytest.mark.parametrize(("body", "says"), HOSTILE)
def test_hostile_xml_is_refused_with_a_sentence(body: bytes, says: str) -> None:
    with pytest.raises(FlowFileError, match=says):
        parse(body)


@given(st.binary(max_size=60))
def test_no_bytes_get_more_than_a_refusal(body: bytes) -> None:
    with contextlib.suppress(FlowFileError):
        parse(body)


def test_a_byte_order_mark_comments_and_instructions_are_passed_over() -> None:
    root = parse(b"\xef\xbb\xbf<?xml version='1.0'?><!-- a --><Response><?b c?><Wait/><!-- d --></Response>")
    assert [child.tag for child in root] == ["Wait"]


def test_the_limit_is_the_callers_to_set() -> None:
    with pytest.raises(FlowFileError):
        parse(b"<Response/>", limit=5)


DOCUMENT = (
    b'<Response><Speak voice="Polly.Amy"><p>One <break/> two</p></Speak>'
    b'<GetInput inputType="dtmf" action="x"><Speak>Press <!-- n -->1</Speak></GetInput></Response>'
)


def test_pretty_indents_but_leaves_what_is_spoken() -> None:
    assert pretty(DOCUMENT) == (
        "<Response>\n"
        '  <Speak voice="Polly.Amy"><p>One <break/> two</p></Speak>\n'
        '  <GetInput inputType="dtmf" action="x">\n'
        "    <Speak>Press 1</Speak>\n"
        "  </GetInput>\n"
        "</Response>\n"
    )


def test_canonical_is_the_same_for_the_same_story() -> None:
    other = pretty(DOCUMENT).replace('inputType="dtmf" action="x"', "action='x' inputType='dtmf'").encode()
    assert canonical(other) == canonical(DOCUMENT)
    assert canonical(DOCUMENT.replace(b"two", b"three")) != canonical(DOCUMENT)
