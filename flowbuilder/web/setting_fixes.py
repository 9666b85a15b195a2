"""What would obviously put a setting right: a shorter text, the nearest number, a country code, a voice, a free key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowbuilder.protocol.voices import LANGUAGES, covers, voices_for
from flowbuilder.steps import CATALOGUE
from flowbuilder.steps.spoken import MAX_SPOKEN
from flowbuilder.steps.values import KEYS, is_phone_number
from flowbuilder.web.phone_numbers import country_of, in_full

if TYPE_CHECKING:
    from flowbuilder.flow.model import Flow, Node
    from flowbuilder.flow.problems import Problem
    from flowbuilder.steps import SettingSpec

    Right = tuple[Any, str]


def right_setting(flow: Flow, node: Node, problem: Problem) -> Right | None:
    """The value that puts the problem's setting right, and a button's words; None where an author has to choose."""
    kind = CATALOGUE.get(node.type)
    spec = next((spec for spec in kind.settings_specs() if spec.name == problem.setting), None) if kind else None
    if spec is None:
        return None
    value = node.settings.get(spec.name)
    if problem.code == "duplicate-choice":
        return _with_free_key(value, str(node.settings.get("finish_on_key", "#")))
    if isinstance(value, int) and not isinstance(value, bool):
        return _nearest(spec, value)
    if spec.kind == "voice":
        return _voice_for(value, node.settings.get("language"))
    if spec.kind in ("phone_number", "dial_targets"):
        return _with_country_code(flow, spec, value, problem.path or "")
    return _shortened(value) if f"{MAX_SPOKEN:,} characters" in problem.message else None


def _nearest(spec: SettingSpec, value: int) -> Right | None:
    if spec.most is not None and value > spec.most:
        nearest = spec.most
    elif spec.least is not None and value < spec.least:
        nearest = spec.least
    else:
        return None
    return nearest, " ".join(filter(None, (f"set {spec.label} to {nearest:,}", spec.unit)))


def _voice_for(voice: Any, language: Any) -> Right | None:
    """A voice that speaks the language, where the one that was chosen does not."""
    if (
        not isinstance(language, str)
        or language not in LANGUAGES
        or not isinstance(voice, str | None)
        or (voice and covers(voice, language))
    ):
        return None
    speaking = voices_for(language)
    return (speaking[0], f"speak with {speaking[0]}") if speaking else None


def _with_country_code(flow: Flow, spec: SettingSpec, value: Any, path: str) -> Right | None:
    """The number with its country code, where the flow leaves no doubt of the country."""
    country = country_of(flow)
    if spec.kind == "phone_number":
        full = in_full(value, country) if isinstance(value, str) else ""
        return (full, f"write {full}") if is_phone_number(full) else None
    _, _, at = path.partition(".")
    at = at.split(".")[0]
    if not isinstance(value, list) or not at.isdigit() or int(at) >= len(value):
        return None
    item = value[int(at)]
    number = item.get("number") if isinstance(item, dict) else None
    full = in_full(number, country) if isinstance(number, str) else ""
    if not is_phone_number(full):
        return None
    return [{**item, "number": full} if n == int(at) else other for n, other in enumerate(value)], f"write {full}"


def _with_free_key(choices: Any, finish_on_key: str) -> Right | None:
    """The choices with a key of its own for the first one that shares its key with one above it."""
    if not isinstance(choices, list) or not all(isinstance(choice, dict) for choice in choices):
        return None
    taken = {str(choice.get("digits") or "") for choice in choices}
    free = next((key for key in "123456789" if key in KEYS and key not in taken and key != finish_on_key), None)
    seen: dict[str, Any] = {}
    for at, choice in enumerate(choices):
        digits, exit = choice.get("digits"), choice.get("exit")
        if digits and seen.setdefault(str(digits), exit) != exit and free is not None:
            changed = [*choices[:at], {**choice, "digits": free}, *choices[at + 1 :]]
            return changed, f"give {str(exit).replace('_', ' ')} the key {free}"
    return None


def _shortened(before: Any) -> Right | None:
    """What is spoken, cut behind a word. Not where it has tags: half a pair of them would be left."""
    after = [_shorter_prompt(item) for item in before] if isinstance(before, list) else _shorter(before)
    return None if after == before else (after, f"shorten to {MAX_SPOKEN:,} characters")


def _shorter_prompt(prompt: Any) -> Any:
    return {**prompt, "speak": _shorter(prompt["speak"])} if isinstance(prompt, dict) and "speak" in prompt else prompt


def _shorter(text: Any) -> Any:
    if not isinstance(text, str) or len(text) <= MAX_SPOKEN or "<" in text:
        return text
    kept = text[:MAX_SPOKEN]
    if not text[MAX_SPOKEN].isspace() and len(words := kept.rsplit(maxsplit=1)) == 2:
        kept = words[0]
    opened = kept.rfind("{{")
    if opened > kept.rfind("}}"):
        kept = kept[:opened]
    return kept.rstrip().removesuffix("{").rstrip()
