"""Values filled into SSML stay text, and what they spoil is left out without the rest."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from flowbuilder.protocol.elements import check_document
from tests.checks.drawing import node
from tests.runtime.line import Line


def said(text: str, voice: str = "Polly.Amy", **variables: Any) -> etree._Element:
    line = Line(a=node("speak", {"text": text, "voice": voice}))
    line.call.variables.update(variables)
    document = line.arrive("a")
    assert check_document(document) == []
    return document


def xml(text: str, **variables: Any) -> str:
    return "".join(etree.tostring(child, encoding="unicode") for child in said(text, **variables))


@pytest.mark.parametrize(
    ("text", "value", "spoken"),
    [
        ("<p>{{ vars.x }}</p>", "<break/>&", "<p>&lt;break/&gt;&amp;</p>"),
        ("a <p>b</p>{{ vars.x }}", "<p>", "a <p>b</p>&lt;p&gt;"),
        ('<sub alias="{{ vars.x }}">w</sub>', '"/><break', '<sub alias="&quot;/&gt;&lt;break">w</sub>'),
        ('<sub alias="{{ vars.x }}">w</sub>!', "", "w!"),
        ('<say-as interpret-as="{{ vars.x }}">12</say-as>', "digits", '<say-as interpret-as="digits">12</say-as>'),
        ('<say-as interpret-as="{{ vars.x }}">12</say-as>', "secrets", "12"),
        ('<lang xml:lang="{{ vars.x }}">Oui</lang>', "fr-FR", '<lang xml:lang="fr-FR">Oui</lang>'),
        ('<lang xml:lang="{{ vars.x }}">Oui</lang>', "xx", "Oui"),
        ('<prosody rate="{{ vars.x }}">a</prosody>', "fastest", "a"),
        ("a <emphasis>{{ vars.x }}</emphasis>b", "", "a b"),
    ],
)
def test_a_value_is_text_and_spoils_its_own_tag_at_most(text: str, value: str, spoken: str) -> None:
    assert xml(text, x=value) == f'<Speak voice="Polly.Amy">{spoken}</Speak>'


def test_nothing_to_say_is_not_said() -> None:
    assert len(said("<p>{{ vars.x }}</p><break/>", x="")) == 0


def test_what_grows_too_long_loses_its_tags_and_its_end() -> None:
    (speak,) = said("<p>{{ vars.x }}</p><p>{{ vars.x }}</p>", x="y" * 2_000)
    assert (len(speak), len(speak.text or "")) == (0, 3_000)


@settings(max_examples=60)
@given(st.text(max_size=30))
def test_whatever_a_value_holds_the_document_is_one_that_plivo_takes(value: str) -> None:
    said('<p>{{ vars.x }} <sub alias="{{ vars.x }}">a</sub></p> <prosody pitch="{{ vars.x }}">b</prosody>', x=value)
