"""Sounds beside a call: a beep, an address of XML, or prompts that we serve as XML of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator

from flowbuilder.flow.expressions import has_expression
from flowbuilder.flow.problems import Problem
from flowbuilder.steps.values import is_web_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.steps.base import Here
    from flowbuilder.steps.items import Prompt

BEEPS = ("none", "beep:1", "beep:2")


def _beep_or_url(text: str) -> str:
    if text not in BEEPS and not has_expression(text) and not is_web_address(text):
        raise ValueError("Use none, beep:1, beep:2, or the whole address of XML.")
    return text


BeepOrUrl = Annotated[str, AfterValidator(_beep_or_url)]


def sound_attribute(here: Here, name: str, prompts: list[Prompt], otherwise: str | None) -> str | None:
    """The attribute's value: the URL at which we serve the prompts, or what stands there without them."""
    return here.sound(name) if prompts else otherwise or None


def both_given(name: str, prompts: list[Prompt], address: str | None, label: str) -> Iterator[Problem]:
    """A problem where a sound has prompts and an address: only one can be heard."""
    if prompts and address and address not in BEEPS:
        yield Problem("bad-setting", f"{label}: write prompts or an address, not both.", setting=name)
