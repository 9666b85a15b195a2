"""Text with tags is read as Plivo speaks it, or refused at the character that is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from flowbuilder.protocol.elements import check_document
from flowbuilder.protocol.ssml import MOST_NESTED, SsmlMistake, holds_tags, read_ssml, spoken_length


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Hi <break/>there", "<Speak>Hi <break/>there</Speak>"),
        ("<p>{{ a < b }}{{ '<p>' }}</p>", "<Speak><p>{{ a &lt; b }}{{ '&lt;p&gt;' }}</p></Speak>"),
        ("<p>{{ {'a': 1}['a'] }}</p> x", "<Speak><p>{{ {'a': 1}['a'] }}</p> x</Speak>"),
        ('<sub alias="{{ vars.a }}">b</sub>', '<Speak><sub alias="{{ vars.a }}">b</sub></Speak>'),
        ("a &amp; b<!-- not said --><p>&#233;</p>", "<Speak>a &amp; b<p>é</p></Speak>"),
        ("<p>a\x01b\ue000c\ufffe</p>", "<Speak><p>a b c </p></Speak>"),
        ("<p><![CDATA[<b>]]></p>", "<Speak><p>&lt;b&gt;</p></Speak>"),
    ],
)
def test_tags_become_elements_and_expressions_stay_unfilled(text: str, read: str) -> None:
    assert etree.tostring(read_ssml(text), encoding="unicode") == read


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("<p>one", 1, 7),
        ("one</p>", 1, 4 + 2),
        ("<p>a <emphasis>b</p></emphasis>", 1, 19),
        ("{{ 'é' }}\né <blink>x</blink>", 2, 3),
        ("x <break time='0s'/>", 1, 3),
        ("{{ x }} & <p>y</p>", 1, 9),
        ("a\n1 < 2 <p>y</p>", 2, 3),
        ("<p>a</p> &nbsp;", 1, 10),
        ("<p>x</p><!DOCTYPE a>", 1, 9),
        ("<?php x?><p>x</p>", 1, 1),
    ],
)
def test_a_mistake_points_at_its_character(text: str, line: int, column: int) -> None:
    with pytest.raises(SsmlMistake) as caught:
        read_ssml(text)
    assert abs(caught.value.column - column) <= 2, caught.value
    assert caught.value.line == line
    assert str(caught.value).startswith(f"Line {line}, character {caught.value.column}: ")


def test_no_entity_is_expanded() -> None:
    bomb = '<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><p>&b;</p>'
    with pytest.raises(SsmlMistake):
        read_ssml(bomb)


@pytest.mark.parametrize("text", ["1 < 2", "a <3 b", "{{ '<p>' }}", "Tom & Jerry", "", "{{ a <b }}"])
def test_what_has_no_tags_is_text(text: str) -> None:
    assert not holds_tags(text)


def test_what_is_spoken_is_counted_without_its_tags() -> None:
    assert spoken_length('<p>abc</p><break time="1s"/>{{ x }}') == len("abc{{ x }}")


def test_tags_nest_so_deep_and_no_deeper() -> None:
    def nested(depth: int) -> str:
        return '<prosody rate="slow">' * depth + "x" + "</prosody>" * depth

    assert spoken_length(nested(MOST_NESTED)) == 1
    assert read_ssml(nested(MOST_NESTED)) is not None
    with pytest.raises(SsmlMistake, match="deep"):
        read_ssml(nested(MOST_NESTED + 1))


def read_or_mistake(text: str) -> etree._Element | SsmlMistake:
    try:
        return read_ssml(text)
    except SsmlMistake as mistake:
        return mistake


PIECES = [
    "<p>", "</p>", "<s>", "</s>", "<break/>", "<break time='1s'/>", "<emphasis level='strong'>", "</emphasis>",
    "<lang xml:lang='de-DE'>", "</lang>", "<prosody rate='90%'>", "</prosody>", "<w role='amazon:VB'>", "</w>",
    "<say-as interpret-as='date'>", "</say-as>", "<sub alias='x'>", "</sub>", "text", " ", "&amp;", "&", "<", "\n",
    "{{ vars.x }}", "{{ '<p>' }}", "<b>", "é", "]]>", "'", "<!-- c -->",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_whatever_is_read_is_what_the_element_table_takes_and_all_else_is_refused_in_a_sentence(text: str) -> None:
    content = read_or_mistake(text)
    if isinstance(content, SsmlMistake):
        assert 0 <= content.offset <= len(text)
        assert str(content).endswith(".")
        return
    root = etree.Element("Response")
    content.set("voice", "Polly.Amy")
    root.append(content)
    assert check_document(root, filled=False) == []


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    content = read_or_mistake(text)
    assert not isinstance(content, SsmlMistake) or 0 <= content.offset <= len(text)
