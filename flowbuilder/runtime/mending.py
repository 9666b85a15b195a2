"""Mends what a value has made impossible for Plivo: a voice that there is none of, a Dial of nobody.

Plivo refuses some faults with the whole document; what the value spoiled is left out instead, and the call goes on.
"""

from __future__ import annotations

import re

from lxml import etree

from flowbuilder.protocol.elements import ELEMENTS
from flowbuilder.protocol.elements.input import MAX_HINT_PHRASE, MAX_HINT_PHRASES
from flowbuilder.protocol.elements.values import attribute_fault, text_fault
from flowbuilder.protocol.xml import XML_LANG
from flowbuilder.steps.spoken import MAX_SPOKEN
from flowbuilder.steps.values import LANGUAGE, MAX_URL, is_caller_id, is_sip_uri, is_web_address
from flowbuilder.steps.voice_choice import voice_problems

MAX_ATTRIBUTE = 2_048
MAX_SIP_VALUE = 120
NUMBERS = ("callerId", "src", "dst")
UNWRAPPED = "unwrapped"
SIP_HEADER = re.compile(rf"[A-Za-z0-9]{{1,24}}=[A-Za-z0-9%]{{1,{MAX_SIP_VALUE}}}")


def mended_attribute(element: str, name: str, value: str) -> str | None:
    """The value as the attribute can take it; None where it is left out."""
    rule = ELEMENTS[element].attributes[name]
    if name == "sipHeaders":
        value = ",".join(header for header in value.split(",") if SIP_HEADER.fullmatch(header))
    elif name == "hints":
        phrases = (phrase.strip() for phrase in value.split(","))
        value = ",".join([phrase for phrase in phrases if 0 < len(phrase) <= MAX_HINT_PHRASE][:MAX_HINT_PHRASES])
    elif (name in NUMBERS and not is_caller_id(value)) or (name == "language" and not LANGUAGE.fullmatch(value)):
        return None
    if rule.type == "string":
        value = value[: rule.max_length or MAX_ATTRIBUTE].strip()
    too_long = len(value) > (rule.max_length or MAX_ATTRIBUTE)
    return None if not value or too_long or attribute_fault(rule, value) else value


def sip_value(value: str) -> str:
    """What of a value may stand in a SIP header: nothing that begins another header."""
    return re.sub(r"[^A-Za-z0-9%]", "", value)[:MAX_SIP_VALUE]


def mend(element: etree._Element) -> None:
    """Takes out of an element what Plivo could not take."""
    children = [] if element.tag == "Speak" else list(element)
    for child in children:
        if says_nothing(child):
            element.remove(child)
        else:
            mend(child)
    if element.tag == "Speak":
        _mend_voice(element)
        _mend_tags(element)
    elif element.tag == "Dial" and element.get("confirmSound") is None:
        for name in ("confirmKey", "confirmTimeout"):
            element.attrib.pop(name, "")
    elif element.tag == "User" and ("sipAuthUsername" in element.attrib) != ("sipAuthPassword" in element.attrib):
        for name in ("sipAuthUsername", "sipAuthPassword"):
            element.attrib.pop(name, "")


def says_nothing(element: etree._Element) -> bool:
    """Whether the values have left nothing to say, play or ring."""
    text = "".join(str(part) for part in element.itertext()).strip()
    match element.tag:
        case "Speak":
            return not text
        case "Play":
            return not is_whole_address(text)
        case "Number":
            return not is_caller_id(text)
        case "User":
            return not is_sip_uri(text) or len(text) > MAX_URL
        case "Message":
            return not text or "src" not in element.attrib or "dst" not in element.attrib
        case "DTMF" | "Stream":
            return text_fault(ELEMENTS[str(element.tag)], text) is not None
        case _:
            return False


def is_whole_address(text: str) -> bool:
    """Whether a text is a web address that has not been cut."""
    return is_web_address(text) and len(text) <= MAX_URL


def _mend_voice(speak: etree._Element) -> None:
    voice, language = speak.get("voice"), speak.get("language")
    if not any(voice_problems(voice, language)):
        return
    speak.attrib.pop("voice", "")
    etree.strip_tags(speak, "*")
    if any(voice_problems(None, language)):
        speak.attrib.pop("language", "")


def _mend_tags(speak: etree._Element) -> None:
    """Unwraps tags of SSML that values have left without what they need, and drops all tags of too long a text."""
    for tag in reversed(list(speak.iterdescendants())):
        rule = ELEMENTS[str(tag.tag)]
        given = {"xml:lang" if key == XML_LANG else str(key) for key in tag.attrib}
        lacking = any(attribute.required and attribute.name not in given for attribute in rule.attributes.values())
        mute = rule.text == "required" and not "".join(str(part) for part in tag.itertext()).strip()
        if lacking or mute or len(given) < rule.min_attributes:
            tag.tag = UNWRAPPED
    etree.strip_tags(speak, UNWRAPPED)
    text = "".join(str(part) for part in speak.itertext())
    if len(speak) and len(text) > MAX_SPOKEN:
        etree.strip_tags(speak, "*")
    if not len(speak) and len(text) > MAX_SPOKEN:
        speak.text = text[:MAX_SPOKEN]
