"""Voices: which of them speak which language."""

from __future__ import annotations

from flowbuilder.protocol.voices import (
    LANGUAGES,
    SPEECH_LANGUAGES,
    VOICES,
    covers,
    voice_named,
    voices_for,
)


def test_every_language_of_a_voice_has_a_name_to_show() -> None:
    spoken = {language for voice in VOICES.values() for language in voice.languages}
    assert spoken | set(SPEECH_LANGUAGES) == set(LANGUAGES)


def test_a_voice_is_found_with_and_without_its_accent() -> None:
    assert voice_named("Polly.Lea") is not None
    assert voice_named("Polly.L\u00e9a") == voice_named("Polly.Lea")
    assert voice_named("Polly.Nobody") is None
    assert voice_named("Lea") is None


def test_a_voice_covers_its_languages_only() -> None:
    assert covers("WOMAN", "da-DK")
    assert not covers("MAN", "da-DK")
    assert covers("Polly.Aditi", "en-IN")
    assert covers("Polly.Aditi", "hi-IN")
    assert not covers("Polly.Aditi", "en-US")
    assert covers("Polly.New", "xx-XX")
    assert not covers("Joanna", "en-US")


def test_voices_of_a_language_begin_with_the_plain_ones() -> None:
    assert voices_for("pl-PL") == ["WOMAN", "MAN", "Polly.Ewa", "Polly.Maja", "Polly.Jacek", "Polly.Jan"]
