"""Reads the SSML of a Speak: text with tags becomes elements, checked against the element table (section 5).

`{{ }}` stands in for text: it is never read as markup, whatever it holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from lxml import etree

from flowbuilder.protocol.elements.ssml import SSML_NAMES
from flowbuilder.protocol.elements.table import ELEMENTS
from flowbuilder.protocol.elements.values import attribute_fault, shorten
from flowbuilder.protocol.xml import FORBIDDEN, XML_LANG, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator

EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
TAG = re.compile(r"</?[A-Za-z]|<!--|<\?|<!\[")
MARKUP = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>", re.DOTALL)
# While the tags are read, each expression is one character that starts it and others as long as it is.
START, REST = "\ue000", "\ue001"
MASKED = re.compile(f"{START}{REST}*")
FRAME = "ssml"
OPENING = f"<{FRAME}>"
MOST_NESTED = 20
# Attributes whose form is easier said than spelled.
FORMS = {
    "time": "a pause such as 500ms or 2s, at most 10s",
    "volume": "default, silent, x-soft, soft, medium, loud, x-loud, or a change such as +6dB",
    "rate": "x-slow, slow, medium, fast, x-fast, or a share such as 90%",
    "pitch": "default, x-low, low, medium, high, x-high, or a change such as +10%",
}


class SsmlMistake(ValueError):
    """What is wrong with the tags, in a sentence; `offset` is the place of the character in the text."""

    def __init__(self, sentence: str, text: str, offset: int) -> None:
        offset = max(0, min(offset, len(text)))
        self.line = text.count("\n", 0, offset) + 1
        self.column = offset - (text.rfind("\n", 0, offset) + 1) + 1
        self.offset = offset
        super().__init__(f"Line {self.line}, character {self.column}: {sentence}")


def holds_tags(text: str) -> bool:
    """Whether a text has tags in it, outside of `{{ }}`."""
    return "<" in text and TAG.search(_masked(text)[0]) is not None


def spoken_length(text: str) -> int:
    """How many characters are spoken: the tags are not."""
    return len(MARKUP.sub("", text)) if "<" in text else len(text)


def read_ssml(text: str) -> etree._Element:
    """The text as the content of a Speak. Raises SsmlMistake at the first thing that Plivo would not take."""
    masked, expressions = _masked(text)
    reading = _Reading(text, masked, iter(expressions))
    parser = expat.ParserCreate("utf-8")
    reading.parser = parser
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.say
    parser.StartDoctypeDeclHandler = reading.refuse
    parser.ProcessingInstructionHandler = reading.refuse
    try:
        parser.Parse(OPENING.encode() + masked.encode() + f"</{FRAME}>".encode(), True)
    except expat.ExpatError as error:
        raise reading.mistake(error) from error
    if not "".join(str(part) for part in reading.root.itertext()).strip():
        raise SsmlMistake("There are tags, and nothing to say. Write a text.", text, 0)
    return reading.root


def _masked(text: str) -> tuple[str, list[str]]:
    """The text of the same length with the expressions taken out, and the expressions in order."""
    plain = FORBIDDEN.sub(" ", text).replace(START, " ").replace(REST, " ")
    return EXPRESSION.sub(lambda match: START + REST * (len(match[0]) - 1), plain), EXPRESSION.findall(text)


@dataclass
class _Reading:
    """The tree in the making. `open` are the elements that are not closed yet, the Speak first."""

    text: str
    masked: str
    expressions: Iterator[str]
    root: etree._Element = field(default_factory=lambda: etree.Element("Speak"))
    open: list[etree._Element] = field(default_factory=list)
    parser: expat.XMLParserType | None = None

    @property
    def offset(self) -> int:
        """Where in the text the parser is."""
        assert self.parser is not None
        return self._offset(self.parser.CurrentByteIndex)

    def _offset(self, byte: int) -> int:
        return len(self.masked.encode()[: max(0, byte - len(OPENING))].decode("utf-8", "ignore"))

    def refused(self, sentence: str, offset: int | None = None) -> SsmlMistake:
        return SsmlMistake(sentence, self.text, self.offset if offset is None else offset)

    def refuse(self, *_: object) -> None:
        raise self.refused("Only tags that are spoken can stand here. Take this out.")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self.open:
            self.open.append(self.root)
            return
        parent = self.open[-1]
        if name.lower() == "speak":
            raise self.refused("The step is the <speak> already. Leave this tag out.")
        if name not in SSML_NAMES:
            raise self.refused(f"Plivo speaks no <{shorten(name, 30)}>. Use one of {', '.join(SSML_NAMES)}.")
        if name not in ELEMENTS[str(parent.tag)].children:
            raise self.refused(f"<{name}> cannot stand inside <{parent.tag}>. Close that first, or take this out.")
        if len(self.open) > MOST_NESTED:
            raise self.refused(f"Tags nest at most {MOST_NESTED} deep. Take some out.")
        filled = {key: self._filled(value) for key, value in attributes.items()}
        self._check_attributes(name, filled)
        spelled = {XML_LANG if key == "xml:lang" else key: clean_text(value) for key, value in filled.items()}
        self.open.append(etree.SubElement(parent, name, spelled))

    def _check_attributes(self, name: str, given: dict[str, str]) -> None:
        rule = ELEMENTS[name]
        for key, value in given.items():
            attribute = rule.attributes.get(key)
            if attribute is None:
                known = f"It knows {', '.join(rule.attributes)}." if rule.attributes else "It knows none."
                raise self.refused(f"<{name}> has no attribute {shorten(key, 30)}. {known}")
            if not value:
                raise self.refused(f"The attribute {key} of <{name}> is empty. Fill it in, or take it out.")
            wanted = attribute_fault(attribute, value, filled=False)
            if wanted:
                raise self.refused(f"{key}=“{shorten(value, 30)}” cannot be: it must be {FORMS.get(key, wanted)}.")
        for attribute in rule.attributes.values():
            if attribute.required and attribute.name not in given:
                raise self.refused(f"<{name}> needs the attribute {attribute.name}.")
        if len(given) < rule.min_attributes:
            raise self.refused(f"<{name}> needs one of the attributes {', '.join(rule.attributes)}.")

    def end(self, name: str) -> None:
        closed = self.open.pop()
        rule = ELEMENTS[str(closed.tag)]
        if closed is self.root:
            return
        if rule.text == "required" and not "".join(str(part) for part in closed.itertext()).strip():
            raise self.refused(f"<{name}> holds nothing to say. Write a text in it, or take it out.")
        if rule.text == "none" and closed.text:
            raise self.refused(f"<{name}> holds no text. Write it as <{name}/>.")

    def say(self, data: str) -> None:
        said = self._filled(data)
        parent = self.open[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + said
        else:
            parent.text = (parent.text or "") + said

    def _filled(self, masked: str) -> str:
        return MASKED.sub(lambda match: next(self.expressions), masked)

    def mistake(self, error: expat.ExpatError) -> SsmlMistake:
        """What the parser stumbled over, in a sentence that says what to do."""
        assert self.parser is not None
        offset = self._offset(self.parser.ErrorByteIndex)
        inner = self.open[-1] if self.open else self.root
        at_end = offset >= len(self.masked) or not self.open
        match expat.errors.messages.get(error.code):
            case expat.errors.XML_ERROR_TAG_MISMATCH if at_end:
                return self.refused(f"<{inner.tag}> is never closed. Write </{inner.tag}>.", len(self.text))
            case expat.errors.XML_ERROR_TAG_MISMATCH if inner is self.root:
                return self.refused("This tag closes nothing. Take it out, or open it first.", offset)
            case expat.errors.XML_ERROR_TAG_MISMATCH:
                return self.refused(f"<{inner.tag}> must be closed first. Write </{inner.tag}> before this.", offset)
            case expat.errors.XML_ERROR_UNDEFINED_ENTITY:
                return self.refused("There is no such character by name. Write the character itself.", offset)
            case expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE:
                return self.refused("An attribute stands here twice. Take one out.", offset)
            case _:
                before = self.masked[max(0, offset - 1) : offset]
                offset -= before in ("&", "<")
                if self.masked[offset : offset + 1] == "&":
                    return self.refused("Write &amp; for an & among tags.", offset)
                return self.refused("This is no whole tag. Complete it; write &lt; for a < that is spoken.", offset)
