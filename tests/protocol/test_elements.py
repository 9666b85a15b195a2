"""The element table: what it knows agrees with the official SDK, and the check finds what Plivo refuses."""

from __future__ import annotations

import inspect
import re
from typing import Any

import plivo.xml as sdk
import pytest
from lxml import etree

from flowbuilder.protocol.elements import ELEMENTS, check_document
from flowbuilder.protocol.elements.values import attribute_fault

SDK_CLASSES: dict[str, Any] = {
    thing._name: thing
    for thing in vars(sdk).values()
    if inspect.isclass(thing) and hasattr(thing, "_name") and thing._name != "cont"
}


def faults(xml: str, *, filled: bool = True) -> list[str]:
    return check_document(etree.fromstring(xml), filled=filled)


def test_the_table_holds_exactly_the_elements_of_the_sdk() -> None:
    assert set(ELEMENTS) == set(SDK_CLASSES)


@pytest.mark.parametrize("name", sorted(ELEMENTS))
def test_an_element_nests_what_the_sdk_nests(name: str) -> None:
    assert set(ELEMENTS[name].children) == set(SDK_CLASSES[name]._nestable) - {"cont"}


@pytest.mark.parametrize("name", sorted(set(ELEMENTS) - {"lang"}))
def test_the_attributes_marked_sdk_are_those_the_sdk_writes(name: str) -> None:
    source = inspect.getsource(SDK_CLASSES[name].to_dict)
    known = {attribute.name for attribute in ELEMENTS[name].attributes.values() if attribute.sdk}
    assert known == set(re.findall(r"['\"]([A-Za-z:-]+)['\"]\s*:", source))


def test_the_sdk_writes_the_language_of_ssml_as_the_table_names_it() -> None:
    assert 'xml:lang="fr-FR"' in sdk.LangElement("oui", "fr-FR").to_string()


@pytest.mark.parametrize("name", sorted(ELEMENTS))
def test_parents_and_children_agree(name: str) -> None:
    assert set(ELEMENTS[name].parents) == {other.name for other in ELEMENTS.values() if name in other.children}


@pytest.mark.parametrize("name", sorted(ELEMENTS))
def test_every_default_obeys_its_own_rule(name: str) -> None:
    for attribute in ELEMENTS[name].attributes.values():
        if attribute.default_text is not None:
            assert attribute_fault(attribute, attribute.default_text) is None


RIGHT = [
    "<Response/>",
    "<Response><Speak>Hello</Speak><Hangup/></Response>",
    '<Response><Speak voice="Polly.Joanna">One <break time="500ms"/><prosody rate="slow">two</prosody>'
    "</Speak></Response>",
    '<Response><Speak voice="Polly.Mizuki">x</Speak></Response>',
    '<Response><Speak voice="Polly.L\u00e9a" language="fr-FR">x</Speak></Response>',
    '<Response><Speak voice="Polly.Newcomer" language="xx-XX">x</Speak></Response>',
    '<Response><Speak voice="Polly.Amy"><lang xml:lang="fr-FR">oui</lang></Speak></Response>',
    '<Response><GetInput action="https://a.test/x?y=1&amp;z=2#rt=3000" inputType="dtmf" numDigits="32" '
    'digitEndTimeout="auto" finishOnKey=""><Play>https://a.test/a.mp3</Play></GetInput></Response>',
    '<Response><Dial timeout="20" dialMusic="real" timeLimit="86400"><Number>+14155550100</Number>'
    "<User>sip:desk@phone.plivo.com</User></Dial></Response>",
    '<Response><Wait length="5" silence="true" beep="duration=300,threshold=256"/></Response>',
    '<Response><Conference enterSound="">\n  Room\n</Conference></Response>',
    '<Response><MultiPartyCall role="agent" statusCallbackEvents="mpc-state-changes">Desk</MultiPartyCall></Response>',
    '<Response><Stream bidirectional="true">wss://a.test/s</Stream></Response>',
    '<Response><Message src="14155550100" dst="14155550101&lt;14155550102">Hi</Message></Response>',
    "<Response><!-- note --><Speak>x</Speak></Response>",
]


@pytest.mark.parametrize("xml", RIGHT)
def test_a_right_document_has_no_faults(xml: str) -> None:
    assert faults(xml) == []


WRONG = [
    ("<Answer/>", "must be Response"),
    ('<Response version="1"/>', "does not know"),
    ("<Response>Hello</Response>", "takes no text"),
    ("<Response><Say>Hello</Say></Response>", "holds Say"),
    ("<Response><speak>Hello</speak></Response>", "holds speak"),
    ("<Response><Speak/></Response>", "needs text"),
    ("<Response><Speak>  </Speak></Response>", "needs text"),
    (f"<Response><Speak>{'a' * 3001}</Speak></Response>", "3001 characters"),
    ('<Response><Speak loop="-1">x</Speak></Response>', "a whole number from 0"),
    ('<Response><Speak voice="Joanna">x</Speak></Response>', "must be text of the form"),
    ('<Response><Speak language="hi-IN">x</Speak></Response>', "does not speak hi-IN"),
    ('<Response><Speak voice="MAN" language="da-DK">x</Speak></Response>', "does not speak da-DK"),
    ('<Response><Speak voice="Polly.Joey" language="de-DE">x</Speak></Response>', "does not speak de-DE"),
    ("<Response><Speak>a<break/></Speak></Response>", "needs a Polly voice"),
    ('<Response><Speak voice="Polly.Joey"><break time="11s"/>x</Speak></Response>', "time"),
    ('<Response><Speak voice="Polly.Joey"><break time="0s"/>x</Speak></Response>', "time"),
    ('<Response><Speak voice="Polly.Joey"><prosody>x</prosody></Speak></Response>', "at least one"),
    ('<Response><Speak voice="Polly.Joey"><say-as>x</say-as></Speak></Response>', "interpret-as"),
    ('<Response><Speak voice="Polly.Joey"><w><w>x</w></w></Speak></Response>', "must not hold w"),
    ("<Response><Play>hello.mp3</Play></Response>", "absolute http or https URL"),
    ("<Response><Play>https://</Play></Response>", "absolute http or https URL"),
    ('<Response><Wait length="0"/></Response>', "from 1"),
    ('<Response><Wait length="1.5"/></Response>', "whole number"),
    ('<Response><Wait silence="yes"/></Response>', "true or false"),
    ('<Response><Wait length="2" silence="true" minSilence="2000"/></Response>', "minSilence"),
    ("<Response><DTMF>1-2</DTMF></Response>", "of the form"),
    ('<Response><GetInput inputType="dtmf"/></Response>', "needs the attribute action"),
    ('<Response><GetInput action="/x" inputType="dtmf"/></Response>', "absolute"),
    ('<Response><GetInput action="https://a.test" inputType="voice"/></Response>', "dtmf speech"),
    ('<Response><GetInput action="https://a.test" executionTimeout="4"/></Response>', "from 5 to 60"),
    ('<Response><GetInput action="https://a.test" digitEndTimeout="11"/></Response>', "from 2 to 10"),
    (f'<Response><GetInput action="https://a.test" hints="{"a," * 500}a"/></Response>', "501 hints"),
    (f'<Response><GetInput action="https://a.test" hints="{"a" * 101}"/></Response>', "100 characters"),
    ('<Response><GetInput action="https://a.test"><Dial/></GetInput></Response>', "must not hold Dial"),
    ('<Response><PreAnswer><GetInput action="https://a.test"/></PreAnswer></Response>', "must not hold"),
    ("<Response><Dial/></Response>", "at least 1 of Number, User"),
    ('<Response><Dial confirmKey="1"><Number>14155550100</Number></Dial></Response>', "confirmSound"),
    ("<Response><Dial><Number/></Dial></Response>", "needs text"),
    ("<Response><Dial><Number>call me</Number></Dial></Response>", "phone number"),
    ("<Response><Dial><User>desk@phone.plivo.com</User></Dial></Response>", "SIP address"),
    (
        '<Response><Dial><User sipAuthUsername="a">sip:a@b</User></Dial></Response>',
        "sipAuthPassword together",
    ),
    ('<Response><Hangup reason="spam"/></Response>', "rejected"),
    ('<Response><Record maxLength="1"/></Response>', "from 2"),
    ('<Response><Conference maxMembers="21">a</Conference></Response>', "from 1 to 20"),
    ("<Response><MultiPartyCall>a</MultiPartyCall></Response>", "role"),
    (
        '<Response><MultiPartyCall role="agent" statusCallbackEvents="x">a</MultiPartyCall></Response>',
        "a list of",
    ),
    (
        '<Response><Stream bidirectional="true" audioTrack="both">wss://a.test</Stream></Response>',
        "audioTrack must then be inbound",
    ),
    ("<Response><Stream>https://a.test</Stream></Response>", "ws or wss"),
    ("<Response><Message>Hi</Message></Response>", "needs the attribute src"),
    (
        f"<Response>{'<Speak>' + 'a' * 2900 + '</Speak>'}</Response>".replace("</Response>", "")
        + f"<Speak>{'a' * 2900}</Speak>" * 40
        + "</Response>",
        "100000",
    ),
]


@pytest.mark.parametrize(("xml", "says"), WRONG)
def test_a_wrong_document_is_told_what_is_wrong(xml: str, says: str) -> None:
    found = faults(xml)
    assert any(says in sentence for sentence in found), found
    assert all(sentence.endswith(".") for sentence in found)


def test_a_fault_names_the_place() -> None:
    assert faults('<Response><Wait/><Wait length="0"/></Response>') == [
        'Response/Wait[2] has length="0", which must be a whole number from 1.'
    ]


KEPT = (
    '<Response><Speak language="{{ vars.language }}">Hello {{ vars.name }}</Speak>'
    '<Play>{{ vars.url }}</Play><GetInput action="nodes/menu/input?attempt=2" inputType="dtmf" '
    'numDigits="{{ vars.length }}"/><Dial callerId="{{ call.from_number }}">'
    "<Number>{{ vars.desk }}</Number></Dial><Redirect>nodes/other</Redirect></Response>"
)


def test_what_only_a_call_can_fill_is_not_judged_in_a_kept_document() -> None:
    assert faults(KEPT, filled=False) == []


def test_the_same_document_is_judged_once_it_should_be_filled() -> None:
    assert len(faults(KEPT)) >= 5


def test_the_rest_of_a_kept_document_is_judged() -> None:
    assert faults('<Response><Wait length="0"/><Speak>{{ x }}</Speak></Response>', filled=False)
    assert faults("<Response><Redirect>not a path</Redirect></Response>", filled=False)
