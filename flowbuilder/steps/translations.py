"""What a flow says, prompt by prompt, with its texts in other languages; and where a translated part stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flowbuilder.protocol.voices import DEFAULT_VOICE, covers, voices_for
from flowbuilder.steps.base import CATALOGUE
from flowbuilder.steps.items import is_phrase, phrases_of
from flowbuilder.steps.message import MOST_CHARACTERS
from flowbuilder.steps.spoken import MAX_WRITTEN
from flowbuilder.steps.writing import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.flow.model import Flow, Node

TEXTS = "texts"
NOT_SPOKEN = re.compile(r"\{\{.*?\}\}|<[^>]*>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One text that callers hear, may say (`is_phrases`) or read (`is_sms`), and its translations.

    It stands in a setting, at a place in it where that is a list. `language` is the one that the author has given to
    this very text, if any.
    """

    setting: str
    index: int | None
    text: str
    texts: dict[str, str]
    language: str | None = None
    is_phrases: bool = False
    is_sms: bool = False

    @property
    def place(self) -> str:
        """`text`, or `prompts.0`."""
        return self.setting if self.index is None else f"{self.setting}.{self.index}"

    def fits(self, text: str) -> bool:
        """Whether a translation is short enough, and of a form that can stand there."""
        if self.is_phrases:
            return all(is_phrase(phrase) for phrase in phrases_of(text))
        return len(text) <= (MOST_CHARACTERS if self.is_sms else MAX_WRITTEN)

    def needs_translation(self, own: str | None) -> bool:
        """Not where it is in a language of its own for every caller, nor where it holds no word of its own."""
        if self.language is not None and self.language != own:
            return False
        return any(sign.isalnum() for sign in NOT_SPOKEN.sub("", self.text))


def spoken_in(node: Node) -> Iterator[Spoken]:
    """Every text of a node that callers hear, say or read, from its settings as they stand, be they good or not."""
    step_type = CATALOGUE.get(node.type)
    if step_type is None:
        return
    for spec in step_type.settings_specs():
        value = node.settings.get(spec.name)
        if spec.kind == "prompt_text" and isinstance(value, str) and value:
            yield _spoken(spec.name, None, value, node.settings)
        elif spec.kind == "sms_text" and isinstance(value, str) and value:
            yield replace(_spoken(spec.name, None, value, node.settings), is_sms=True)
        elif spec.kind == "choices" and isinstance(value, list) and "speech" in str(node.settings.get("input_type")):
            for index, item in enumerate(value):
                phrases = item.get("phrases") if isinstance(item, dict) else None
                if isinstance(phrases, list) and phrases and all(isinstance(phrase, str) for phrase in phrases):
                    yield replace(_spoken(spec.name, index, ", ".join(phrases), item), language=None, is_phrases=True)
        elif spec.kind == "prompt_list" and isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, dict) and isinstance(item.get("speak"), str) and item["speak"]:
                    yield _spoken(spec.name, index, item["speak"], item)


def _spoken(setting: str, index: int | None, text: str, beside: dict[str, Any]) -> Spoken:
    given, language = beside.get(TEXTS), beside.get("language")
    texts = given if isinstance(given, dict) else {}
    kept = {code: said for code, said in texts.items() if isinstance(said, str) and said.strip()}
    return Spoken(setting, index, text, kept, language if isinstance(language, str) and language else None)


def with_translations(node: Node, changes: dict[tuple[str, int | None], dict[str, str]]) -> dict[str, Any]:
    """The settings that change where texts are given in other languages: by place, then by language.

    An empty text takes the translation away.
    """
    changed: dict[str, Any] = {}
    for (setting, index), texts in changes.items():
        if index is None:
            changed[TEXTS] = _joined(node.settings.get(TEXTS), texts)
            continue
        items = list(changed.get(setting) or node.settings[setting])
        item = {key: value for key, value in items[index].items() if key != TEXTS}
        joined = _joined(items[index].get(TEXTS), texts)
        items[index] = {**item, **({TEXTS: joined} if joined else {})}
        changed[setting] = items
    return changed


def _joined(before: object, texts: dict[str, str]) -> dict[str, str]:
    joined = {**(before if isinstance(before, dict) else {}), **texts}
    return {code: text for code, text in joined.items() if text}


def voice_in(flow: Flow, language: str) -> str | None:
    """The voice that speaks a language of the flow: its own, the flow's where it can, or the first that can."""
    named = flow.voices.get(language)
    if named:
        return named
    usual = flow.voice or DEFAULT_VOICE
    return usual if covers(usual, language) else next(iter(voices_for(language)), None)


def place_in(flow: Flow, language: str, place: Place) -> Place:
    """The same place, in a call that has chosen the language. A text without a translation keeps to the flow's own."""
    own = flow.language or flow.languages[0]
    says = own if covers(flow.voice or DEFAULT_VOICE, own) else flow.language
    return replace(place, language=says, spoken=language, spoken_voice=voice_in(flow, language))


def translates(node: Node) -> set[str]:
    """The languages that a node has texts in."""
    return {code for spoken in spoken_in(node) for code in spoken.texts}
