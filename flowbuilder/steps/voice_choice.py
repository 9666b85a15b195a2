"""Whether a voice speaks a language: Plivo refuses the whole document where it does not (plivo-xml.md, section 9)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flowbuilder.flow.expressions import has_expression
from flowbuilder.flow.languages import CODE
from flowbuilder.flow.problems import Problem
from flowbuilder.protocol.ssml import holds_tags
from flowbuilder.protocol.voices import DEFAULT_LANGUAGE, DEFAULT_VOICE, LANGUAGES, covers, voice_named
from flowbuilder.steps.spoken import MAX_WRITTEN, spoken_problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flowbuilder.steps.items import Prompt


def voice_problems(voice: str | None, language: str | None, *, setting: str = "voice") -> Iterator[Problem]:
    """What is wrong with a voice and a language together, reported at the setting."""
    if has_expression(voice) or has_expression(language):
        return
    if voice is not None and voice_named(voice) is None:
        yield Problem(
            "bad-setting",
            f"Plivo has no voice “{voice[:40]}”. Choose one from the list, such as Polly.Amy.",
            setting=setting,
        )
        return
    if language is not None and language not in LANGUAGES:
        at = "language" if setting == "voice" else setting
        yield Problem(
            "bad-setting",
            f"Plivo does not speak “{language[:20]}”. Choose a language from the list.",
            setting=at,
        )
        return
    if language is None and (voice is None or voice.startswith("Polly.")):
        return
    chosen, spoken = voice or DEFAULT_VOICE, language or DEFAULT_LANGUAGE
    if not covers(chosen, spoken):
        message = f"The voice {chosen} does not speak {LANGUAGES[spoken]}. Choose another voice for it."
        yield Problem("bad-setting", message, setting=setting)


def prompt_problems(setting: str, prompts: Iterable[Prompt]) -> Iterator[Problem]:
    """The same for each spoken prompt of a list, and what Plivo would not take of its text."""
    for number, prompt in enumerate(prompts, start=1):
        yield from voice_problems(prompt.voice, prompt.language, setting=setting)
        known = prompt.voice is not None or prompt.language is not None
        text = prompt.speak or ""
        for problem in spoken_problems(setting, text, prompt.voice, label=f"Entry {number}: ", voice_known=known):
            yield replace(problem, path=f"{setting}.{number - 1}.speak")
        yield from translation_problems(setting, prompt.texts, label=f"Entry {number}: ")


def translation_problems(setting: str, texts: Mapping[str, str], *, label: str = "") -> Iterator[Problem]:
    """Texts in other languages that no file of a translator could have brought: by no code of a language, or too long.

    Whether a voice can speak them is known where the flow is.
    """
    for code, text in texts.items():
        if not CODE.match(code):
            message = f"{label}“{code[:40]}” is no code of a language. Write one such as de-DE."
            yield Problem("bad-setting", message, setting=setting)
        elif len(text) > MAX_WRITTEN:
            message = f"{label}In {code}: shorten it to {MAX_WRITTEN:,} characters."
            yield Problem("bad-setting", message, setting=setting)
        elif not holds_tags(text):
            yield from spoken_problems(setting, text, None, label=f"{label}In {code}: ")
