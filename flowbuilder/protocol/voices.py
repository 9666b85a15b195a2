"""Plivo's voices and languages (plivo-xml.md, section 9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DEFAULT_VOICE = "WOMAN"
DEFAULT_LANGUAGE = "en-US"

LANGUAGES: dict[str, str] = {
    "arb": "Arabic",
    "cmn-CN": "Chinese (Mandarin)",
    "cy-GB": "Welsh",
    "da-DK": "Danish",
    "de-DE": "German",
    "en-AU": "English (Australia)",
    "en-GB": "English (Great Britain)",
    "en-GB-WLS": "English (Wales)",
    "en-IN": "English (India)",
    "en-US": "English (United States)",
    "es-ES": "Spanish (Spain)",
    "es-MX": "Spanish (Mexico)",
    "es-US": "Spanish (United States)",
    "fr-CA": "French (Canada)",
    "fr-FR": "French (France)",
    "hi-IN": "Hindi",
    "is-IS": "Icelandic",
    "it-IT": "Italian",
    "ja-JP": "Japanese",
    "ko-KR": "Korean",
    "nb-NO": "Norwegian",
    "nl-NL": "Dutch",
    "pl-PL": "Polish",
    "pt-BR": "Portuguese (Brazil)",
    "pt-PT": "Portuguese (Portugal)",
    "ro-RO": "Romanian",
    "ru-RU": "Russian",
    "sv-SE": "Swedish",
    "tr-TR": "Turkish",
    "zh-CN": "Chinese (China)",
}

MAN_LANGUAGES: tuple[str, ...] = (
    "nl-NL",
    "en-AU",
    "en-GB",
    "en-US",
    "fr-FR",
    "de-DE",
    "it-IT",
    "pl-PL",
    "pt-PT",
    "pt-BR",
    "es-ES",
    "es-US",
)
WOMAN_LANGUAGES: tuple[str, ...] = (
    "da-DK",
    "nl-NL",
    "en-AU",
    "en-GB",
    "en-US",
    "fr-FR",
    "fr-CA",
    "de-DE",
    "it-IT",
    "pl-PL",
    "pt-BR",
    "ru-RU",
    "es-ES",
    "es-US",
    "sv-SE",
)

POLLY_VOICES: dict[str, tuple[str, ...]] = {
    "arb": ("Zeina",),
    "cmn-CN": ("Zhiyu",),
    "cy-GB": ("Gwyneth",),
    "da-DK": ("Naja", "Mads"),
    "de-DE": ("Vicki", "Marlene", "Hans"),
    "en-AU": ("Nicole", "Russell"),
    "en-GB": ("Amy", "Emma", "Brian"),
    "en-GB-WLS": ("Geraint",),
    "en-IN": ("Raveena", "Aditi"),
    "en-US": ("Joanna", "Salli", "Kendra", "Kimberly", "Ivy", "Matthew", "Justin", "Joey"),
    "es-ES": ("Conchita", "Lucia", "Enrique"),
    "es-MX": ("Mia",),
    "es-US": ("Penelope", "Lupe-Standard", "Miguel"),
    "fr-CA": ("Chantal",),
    "fr-FR": ("Lea", "Celine", "Mathieu"),
    "hi-IN": ("Aditi",),
    "is-IS": ("Dora", "Karl"),
    "it-IT": ("Carla", "Bianca", "Giorgio"),
    "ja-JP": ("Mizuki", "Takumi"),
    "ko-KR": ("Seoyeon",),
    "nb-NO": ("Liv",),
    "nl-NL": ("Lotte", "Ruben"),
    "pl-PL": ("Ewa", "Maja", "Jacek", "Jan"),
    "pt-BR": ("Vitoria", "Ricardo"),
    "pt-PT": ("Ines", "Cristiano"),
    "ro-RO": ("Carmen",),
    "ru-RU": ("Tatyana", "Maxim"),
    "sv-SE": ("Astrid",),
    "tr-TR": ("Filiz",),
}
POLLY_LANGUAGES: tuple[str, ...] = tuple(POLLY_VOICES)
POLLY_MEN = frozenset(
    {
        "Mads",
        "Hans",
        "Russell",
        "Brian",
        "Geraint",
        "Matthew",
        "Justin",
        "Joey",
        "Enrique",
        "Miguel",
        "Mathieu",
        "Karl",
        "Giorgio",
        "Takumi",
        "Ruben",
        "Jacek",
        "Jan",
        "Ricardo",
        "Cristiano",
        "Maxim",
    }
)
# The spellings with accents that Plivo takes as well.
ACCENTED = {
    "Léa": "Lea",
    "Céline": "Celine",
    "Dóra": "Dora",
    "Vitória": "Vitoria",
    "Inês": "Ines",
    "Penélope": "Penelope",
}

# What GetInput can listen to; Plivo's page calls these the common ones and does not list the rest.
SPEECH_LANGUAGES: tuple[str, ...] = (
    "en-US",
    "en-GB",
    "en-AU",
    "es-US",
    "es-ES",
    "fr-FR",
    "de-DE",
    "it-IT",
    "pt-BR",
    "ja-JP",
    "zh-CN",
)


@dataclass(frozen=True)
class Voice:
    """A voice as Speak names it, who it sounds like, and the languages it covers."""

    name: str
    gender: Literal["man", "woman"]
    languages: tuple[str, ...]


def _voices() -> dict[str, Voice]:
    voices = {
        "WOMAN": Voice("WOMAN", "woman", WOMAN_LANGUAGES),
        "MAN": Voice("MAN", "man", MAN_LANGUAGES),
    }
    for language, names in POLLY_VOICES.items():
        for plain in names:
            name = f"Polly.{plain}"
            spoken = voices[name].languages if name in voices else ()
            gender: Literal["man", "woman"] = "man" if plain in POLLY_MEN else "woman"
            voices[name] = Voice(name, gender, (*spoken, language))
    return voices


VOICES: dict[str, Voice] = _voices()


def voice_named(name: str) -> Voice | None:
    """The voice of that name, accents or not; None where Plivo's pages and SDKs name none."""
    prefix, _, plain = name.partition("Polly.")
    if not prefix and plain in ACCENTED:
        name = f"Polly.{ACCENTED[plain]}"
    return VOICES.get(name)


def covers(voice: str, language: str) -> bool:
    """Whether the voice speaks the language; an uncovered pair makes Plivo refuse the document (8011).

    A `Polly.` voice that we do not know is taken to cover it.
    """
    known = voice_named(voice)
    if known is None:
        return voice.startswith("Polly.")
    return language in known.languages


def voices_for(language: str) -> list[str]:
    """The names of the voices that speak the language, WOMAN and MAN first."""
    return [voice.name for voice in VOICES.values() if language in voice.languages]
