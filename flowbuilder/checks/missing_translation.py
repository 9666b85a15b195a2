"""Prompts that a flow of several languages does not have in one of them, and languages that cannot be spoken so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flowbuilder.flow.expressions import has_expression
from flowbuilder.flow.languages import language_meant
from flowbuilder.flow.problems import Problem
from flowbuilder.protocol.ssml import holds_tags
from flowbuilder.protocol.voices import LANGUAGES
from flowbuilder.steps.choose_language import ChooseLanguage
from flowbuilder.steps.spoken import spoken_problems
from flowbuilder.steps.translations import spoken_in, voice_in
from flowbuilder.steps.voice_choice import voice_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.view import Looked, View
    from flowbuilder.flow.model import Node


def check_voices(view: View) -> Iterator[Problem]:
    """`bad-setting`, at no node: one of the flow's languages cannot be spoken by its voice."""
    for language in view.flow.languages[1:]:
        for problem in voice_problems(voice_in(view.flow, language), language):
            yield replace(problem, message=f"The flow's language {language}: {problem.message}")


def check(view: View, looked: list[Looked]) -> Iterator[Problem]:
    """`missing-translation`, one per prompt and language; `bad-setting` where a translation cannot be spoken."""
    languages = view.flow.languages
    for node_id, node, reading, *_ in looked:
        yield from _unknown_choice(node_id, reading.step, languages)
        for problem in _in_node(view, node, languages):
            yield replace(problem, node=node_id)


def _unknown_choice(node_id: str, step: object, languages: tuple[str, ...]) -> Iterator[Problem]:
    if not isinstance(step, ChooseLanguage) or not step.language.strip() or has_expression(step.language):
        return
    if language_meant(step.language, languages) is None:
        message = (
            f"The flow has no language “{step.language[:40]}”, so callers go on hearing its own. "
            "Add it to the flow's languages, or choose another."
        )
        yield Problem("missing-translation", message, node=node_id, setting="language")


def _in_node(view: View, node: Node, languages: tuple[str, ...]) -> Iterator[Problem]:
    for spoken in spoken_in(node) if languages else ():
        entry = "" if spoken.index is None else f"Entry {spoken.index + 1}: "
        for language in languages[1:]:
            name = LANGUAGES.get(language, language)
            text = spoken.texts.get(language)
            is_heard = not (spoken.is_phrases or spoken.is_sms)
            if text is not None and is_heard and holds_tags(text):
                label = f"{entry}In {name}: "
                yield from spoken_problems(spoken.setting, text, voice_in(view.flow, language), label=label)
            elif text is None and spoken.needs_translation(view.flow.language or languages[0]):
                lack = (
                    f"Callers can say nothing in {name} here" if spoken.is_phrases else f"There is no {name} text here"
                )
                lack = f"This is not said in {name}" if is_heard else lack
                message = f"{entry}{lack} yet. Write it on the flow's page of languages."
                yield Problem("missing-translation", message, setting=spoken.setting, path=spoken.place)
