"""What the fields of a form say beside what was typed: how a number is read, what can be played, the keypad."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flowbuilder.flow.expressions import has_expression
from flowbuilder.protocol.voices import DEFAULT_LANGUAGE, LANGUAGES, VOICES
from flowbuilder.steps.values import KEYS, is_web_address
from flowbuilder.web.phone_numbers import NumberOffer, NumberReading, offer_number, read_number
from flowbuilder.web.speech_aids import TAGS, Speech, look_at_speech

if TYPE_CHECKING:
    from flowbuilder.flow.model import Flow
    from flowbuilder.protocol.voices import Voice
    from flowbuilder.web.speech_aids import Tag

AUDIO_ENDINGS = (".mp3", ".wav")
PAD = "123456789*0#"


@dataclass(frozen=True)
class Audio:
    """Whether the browser may play an address, and what is to be said of it."""

    plays: bool
    sentence: str = ""


@dataclass(frozen=True)
class PadKey:
    """A key of the phone: which choice it takes, and how many others begin with it. `at` counts the choices from 0."""

    key: str
    at: int | None
    exit: str
    longer: int
    ends_input: bool


@dataclass(frozen=True)
class FieldAids:
    """What can be said of the fields of one flow."""

    flow: Flow

    @property
    def tags(self) -> tuple[Tag, ...]:
        return TAGS

    def number(self, text: Any) -> NumberReading | None:
        return read_number(text) if isinstance(text, str) else None

    def offer(self, text: Any) -> NumberOffer | None:
        return offer_number(text, self.flow) if isinstance(text, str) else None

    def speech(self, text: Any, voice: Any, language: Any) -> Speech:
        """What there is to say of a text, spoken by its own voice or else the flow's."""
        spoken_by = voice or (None if language else self.flow.voice)
        return look_at_speech(str(text or ""), spoken_by if isinstance(spoken_by, str) else None)

    def spoken_language(self, voice: Any, language: Any) -> str:
        """The language in which a text is heard: its own, its voice's, or the flow's."""
        if language or voice:
            known = VOICES.get(str(voice)) if not language and str(voice).startswith("Polly.") else None
            return known.languages[0] if known else str(language or DEFAULT_LANGUAGE)
        return self.flow.language or DEFAULT_LANGUAGE

    def audio(self, address: Any) -> Audio | None:
        """None while there is nothing to say: no address, or one that is no web address."""
        if not isinstance(address, str) or not address.strip():
            return None
        if has_expression(address):
            return Audio(False, "It is put together during the call, so it cannot be played here.")
        if not is_web_address(address):
            return None
        parts = urlsplit(address)
        if parts.scheme.lower() != "https":
            return Audio(False, "It is not on https: browsers do not play it here, and Plivo asks for https.")
        ending = parts.path.lower()
        if ending.endswith(AUDIO_ENDINGS):
            return Audio(True)
        if "." in ending.rsplit("/", 1)[-1]:
            return Audio(True, "Plivo plays mp3 and wav files only. Check that this is one.")
        return Audio(True, "The address does not end in .mp3 or .wav. Check that Plivo gets one of these from it.")

    def keypad(self, choices: list[dict[str, Any]], finish_on_key: Any) -> list[PadKey]:
        """The twelve keys in the order of a phone."""
        taken: dict[str, int] = {}
        for at, choice in enumerate(choices):
            taken.setdefault(str(choice.get("digits") or ""), at)
        ends = str(finish_on_key or "")
        return [
            PadKey(
                key,
                taken.get(key),
                str(choices[taken[key]].get("exit") or "") if key in taken else "",
                sum(len(digits) > 1 and digits.startswith(key) for digits in taken),
                key in KEYS and key == ends,
            )
            for key in PAD
        ]


@cache
def languages_by_family() -> dict[str, dict[str, str]]:
    """The languages by family: {"English": {"en-GB": "English (Great Britain)"}, "": those with none}."""
    families: dict[str, dict[str, str]] = {}
    for code, name in sorted(LANGUAGES.items(), key=lambda pair: pair[1]):
        families.setdefault(name.partition(" (")[0], {})[code] = name
    alone = {code: name for family in families.values() if len(family) == 1 for code, name in family.items()}
    return {"": alone} | {name: family for name, family in families.items() if len(family) > 1}


@cache
def voices_by_language() -> dict[str, list[Voice]]:
    """The voices by the name of the language they speak; Plivo's own, which speak several, first."""
    groups = {"Plivo’s own": [voice for voice in VOICES.values() if not voice.name.startswith("Polly.")]}
    for code, name in sorted(LANGUAGES.items(), key=lambda pair: pair[1]):
        found = [voice for voice in VOICES.values() if code in voice.languages and voice.name.startswith("Polly.")]
        if found:
            groups[name] = found
    return groups
