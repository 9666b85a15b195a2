"""Ask the caller for keys, for speech, or for either."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from flowbuilder.flow.problems import Problem
from flowbuilder.protocol.voices import SPEECH_LANGUAGES
from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Outcome, Rehearsal, Step
from flowbuilder.steps.hints import hint_problems, hints_of
from flowbuilder.steps.items import Choice, Prompt, emit_prompts
from flowbuilder.steps.phrases import best_choice, core_form
from flowbuilder.steps.values import OneKey, Url
from flowbuilder.steps.voice_choice import prompt_problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowbuilder.steps.base import Here, Writer

EndTimeout = int | Literal["auto"]
RESERVED = ("input", "no_input", "no_match")


class GetInput(Step, type="get_input"):
    label = "Get input"
    group = "Ask the caller"
    icon = "keyboard"
    summary = "Asks a question and takes keys or speech; with choices it is a menu."
    outputs = ("digits", "speech", "confidence", "input_type", "exit")
    event = "input"
    waits_for_caller = True
    heard_after_reply = frozenset({"no_match_prompts"})

    prompts: list[Prompt] = fields.listing(
        "What the caller hears",
        kind="prompt_list",
        most_items=50,
        required=True,
        example=[{"speak": "Press 1 for sales."}],
    )
    input_type: Literal["dtmf", "speech", "dtmf speech"] = fields.one_of(
        "Input", [("dtmf", "keys"), ("speech", "speech"), ("dtmf speech", "keys or speech")], default="dtmf"
    )
    choices: list[Choice] = fields.listing(
        "Choices",
        kind="choices",
        most_items=100,
        shapes_exits=True,
        hint="Without choices, any input leaves by “input”.",
        example=[{"exit": "sales", "digits": "1"}],
    )
    attempts: int = fields.whole_number("Ask in all", default=1, least=1, most=10, unit="times", example=2)
    no_input_prompts: list[Prompt] = fields.listing(
        "Before asking again, after silence",
        kind="prompt_list",
        most_items=20,
        example=[{"speak": "Sorry, I did not hear anything."}],
    )
    no_match_prompts: list[Prompt] = fields.listing(
        "Before asking again, after a wrong answer",
        kind="prompt_list",
        most_items=20,
        example=[{"speak": "Sorry, that is not one of the choices."}],
    )
    num_digits: int | None = fields.whole_number(
        "Digits",
        default=None,
        least=1,
        most=32,
        unit="at most",
        hint="Empty: as many as the longest choice has, else 32.",
        example=4,
    )
    finish_on_key: OneKey = fields.key("Key that ends the input", default="#", hint="One key, or none.", example="#")
    execution_timeout: int = fields.seconds("Wait for input", default=15, least=5, most=60, example=8)
    digit_end_timeout: EndTimeout = fields.whole_number(
        "Pause that ends the digits", default="auto", kind="seconds_or_auto", unit="s", advanced=True, example=3
    )
    speech_end_timeout: EndTimeout = fields.whole_number(
        "Pause that ends speech", default="auto", kind="seconds_or_auto", unit="s", advanced=True, example=3
    )
    language: str | None = fields.language(
        "Language of the speech",
        hint="Also what a speak in it uses, unless it names one.",
        advanced=True,
        example="en-US",
    )
    speech_model: Literal["default", "command_and_search", "phone_call"] = fields.one_of(
        "Kind of speech",
        [("default", "any"), ("command_and_search", "short commands"), ("phone_call", "as on the phone")],
        default="default",
        advanced=True,
    )
    hints: str | None = fields.text(
        "Expected phrases",
        default=None,
        max_length=10_000,
        hint="Separated by commas. Empty: the phrases of the choices.",
        advanced=True,
        example="sales,billing",
    )
    min_confidence: int = fields.whole_number(
        "Believe speech from", default=0, least=0, most=100, unit="% certainty", advanced=True, example=60
    )
    interim_report_url: Url | None = fields.url(
        "Tell this address what is heard, while it is heard",
        default=None,
        advanced=True,
        example="https://hooks.example.com/heard",
    )
    profanity_filter: bool = fields.flag("Mask swear words", advanced=True)
    log: bool = fields.flag("Keep the input in logs", default=True, advanced=True, hint="Plivo's, and ours.")
    secret: bool = fields.flag(
        "The input is secret", hint="Dots in every log and trace; expressions of the same call can use it."
    )

    @property
    def keeps_secret(self) -> bool:
        """What Plivo is not to log, we do not log either."""
        return self.secret or not self.log

    @property
    def takes_keys(self) -> bool:
        return "dtmf" in self.input_type

    @property
    def takes_speech(self) -> bool:
        return "speech" in self.input_type

    @property
    def most_digits(self) -> int:
        longest = max((len(choice.digits or "") for choice in self.choices), default=0)
        return self.num_digits or longest or 32

    def exits(self) -> list[str]:
        named = list(dict.fromkeys(choice.exit for choice in self.choices)) or ["input"]
        return [*named, "no_input", "no_match"]

    def passive_exits(self) -> frozenset[str]:
        return frozenset({"no_input"})

    def dead_exits(self) -> frozenset[str]:
        """Choices that no key and no phrase can take with these settings; without choices, no keys are wrong."""
        if not self.choices:
            return frozenset() if self.takes_speech and self.min_confidence else frozenset({"no_match"})
        possible = {choice.exit for choice in self.choices if self._can_be_taken(choice)}
        return frozenset(choice.exit for choice in self.choices if choice.exit not in possible)

    def _can_be_taken(self, choice: Choice) -> bool:
        by_speech = self.takes_speech and bool(choice.phrases)
        keys = choice.digits
        by_keys = self.takes_keys and keys is not None and len(keys) <= self.most_digits and not self._ends_early(keys)
        return by_speech or by_keys

    def _ends_early(self, keys: str) -> bool:
        return self.finish_on_key not in ("", "none") and self.finish_on_key in keys

    def falls_through(self) -> str | None:
        return "no_input"

    def fall_through_outputs(self) -> dict[str, Any]:
        return {"digits": "", "speech": "", "confidence": None, "input_type": "", "exit": "no_input"}

    def exit_key(self, exit: str) -> str | None:
        return next((choice.digits for choice in self.choices if choice.exit == exit and choice.digits), None)

    def problems(self) -> Iterable[Problem]:
        yield from self._choice_problems()
        for name in ("digit_end_timeout", "speech_end_timeout"):
            value = getattr(self, name)
            if value != "auto" and not 2 <= value <= 10:
                yield Problem("bad-setting", f"{name.replace('_', ' ')}: use 2 to 10 seconds, or auto.", setting=name)
        yield from hint_problems(self.hints)
        for name in ("prompts", "no_input_prompts", "no_match_prompts"):
            yield from prompt_problems(name, getattr(self, name))

    def _choice_problems(self) -> Iterable[Problem]:
        taken: dict[str, str] = {}
        for choice in self.choices:
            if choice.exit in RESERVED:
                yield Problem(
                    "bad-setting",
                    f"“{choice.exit}” is an exit of every Get input. Name this choice differently.",
                    setting="choices",
                )
            ways = [f"key {choice.digits}"] if choice.digits else []
            ways += [f"“{core_form(phrase)}”" for phrase in choice.all_phrases]
            for way in dict.fromkeys(ways):
                if taken.setdefault(way, choice.exit) != choice.exit:
                    message = (
                        f"{way[0].upper()}{way[1:]} leads to both “{taken[way]}” and “{choice.exit}”. Take it from one."
                    )
                    yield Problem("duplicate-choice", message, setting="choices")

    def attempts_after(self, attempt: int) -> Iterable[int]:
        return range(attempt + 1, self.attempts + 1)

    def emit(self, document: Writer, here: Here) -> None:
        speech, keys = self.takes_speech, self.takes_keys
        heard = here.spoken if here.spoken in SPEECH_LANGUAGES else None
        for attempt in range(here.attempt, self.attempts + 1):
            question = document.add(
                "GetInput",
                action=here.continuation("input", attempt=attempt),
                inputType=self.input_type,
                executionTimeout=self.execution_timeout,
                digitEndTimeout=self.digit_end_timeout if keys else None,
                speechEndTimeout=self.speech_end_timeout if speech else None,
                finishOnKey=self.finish_on_key if keys else None,
                numDigits=self.most_digits if keys else None,
                speechModel=self.speech_model if speech else None,
                hints=(self.hints or hints_of(self.choices, here.spoken) or None) if speech else None,
                language=(self.language or heard or here.language) if speech else None,
                profanityFilter=self.profanity_filter if speech else None,
                interimSpeechResultsCallback=(self.interim_report_url or None) if speech else None,
                log=not self.keeps_secret,
            )
            if attempt > 1:
                wrong = here.asked_again and attempt == here.attempt
                emit_prompts(question, here, self.no_match_prompts if wrong else self.no_input_prompts)
            emit_prompts(question, here, self.prompts)

    def resume(self, reply: Mapping[str, Any], attempt: int) -> Outcome:
        digits, speech = str(reply.get("digits") or ""), str(reply.get("speech") or "")
        confidence = reply.get("confidence")
        exit = self._exit_for(digits, speech, confidence)
        outputs = {
            "digits": digits,
            "speech": speech,
            "confidence": confidence,
            "input_type": reply.get("input_type") or ("dtmf" if digits else "speech" if speech else ""),
            "exit": exit,
        }
        secret = frozenset({"digits", "speech"} if self.keeps_secret else ())
        if exit in ("no_input", "no_match") and attempt < self.attempts:
            return Outcome(None, outputs, again=attempt + 1, secret=secret)
        return Outcome(exit, outputs, secret=secret)

    def _exit_for(self, digits: str, speech: str, confidence: float | None) -> str:
        if not digits and not speech:
            return "no_input"
        if not digits and confidence is not None and confidence * 100 < self.min_confidence:
            return "no_match"
        if not self.choices:
            return "input"
        if digits:
            return next((choice.exit for choice in self.choices if choice.digits == digits), "no_match")
        return best_choice(speech, self.choices) or "no_match"

    def rehearse(self) -> list[Rehearsal]:
        found: dict[str, Rehearsal] = {}
        for choice in self.choices:
            if not self._can_be_taken(choice):
                continue
            if self.takes_keys and choice.digits and not self._ends_early(choice.digits):
                reply: dict[str, Any] = {"digits": choice.digits, "speech": "", "input_type": "dtmf"}
            else:
                reply = {"digits": "", "speech": choice.phrases[0], "confidence": 1.0, "input_type": "speech"}
            found.setdefault(choice.exit, Rehearsal(choice.exit, reply))
        if not self.choices:
            return self._rehearse_any_input()
        wrong = self._wrong_answer()
        again = [] if wrong is None else [Rehearsal("no_match" if self.attempts == 1 else None, wrong)]
        return [*found.values(), *again]

    def _rehearse_any_input(self) -> list[Rehearsal]:
        spoken = {"speech": "hello", "input_type": "speech"}
        given = {"digits": "7", "input_type": "dtmf"} if self.takes_keys else spoken
        unsure = Rehearsal("no_match" if self.attempts == 1 else None, {**spoken, "confidence": 0.0})
        return [Rehearsal("input", given), *([] if "no_match" in self.dead_exits() else [unsure])]

    def _wrong_answer(self) -> dict[str, Any] | None:
        if self.takes_speech:
            return {"digits": "", "speech": "zyzzyva quux", "confidence": 0.9, "input_type": "speech"}
        right = {choice.digits for choice in self.choices}
        free = next((key for key in "9876543210*" if key not in right and key != self.finish_on_key), None)
        return None if free is None else {"digits": free, "speech": "", "input_type": "dtmf"}

    def card(self) -> Card:
        kind = {"dtmf": "keys", "speech": "speech", "dtmf speech": "keys or speech"}[self.input_type]
        asks = {1: "", 2: "asks twice"}.get(self.attempts, f"asks {self.attempts} times")
        size = f"{self.num_digits} digits" if self.num_digits and not self.choices else ""
        detail = " · ".join(part for part in (kind, size, asks) if part)
        return Card(detail, [" ".join(prompt.heard() for prompt in self.prompts)] if self.prompts else [])
