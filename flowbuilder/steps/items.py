"""What the lists among the settings hold: prompts, numbers to dial, choices, rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from flowbuilder.flow.expressions import has_expression
from flowbuilder.flow.languages import CODE
from flowbuilder.protocol.xml import clean_text
from flowbuilder.steps.phrases import spoken_form
from flowbuilder.steps.sip_headers import spell_headers
from flowbuilder.steps.spoken import MAX_WRITTEN, content_of
from flowbuilder.steps.values import KEYS, ExitName, PhoneNumber, SentDigits, SipUri, Url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowbuilder.steps.base import Here, Writer


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Prompt(Item):
    """One thing the caller hears: text spoken, a file played, or a pause of some seconds."""

    speak: str | None = Field(default=None, max_length=MAX_WRITTEN)
    play: Url | None = None
    wait: int | None = Field(default=None, ge=1, le=120)
    voice: str | None = None
    language: str | None = None
    texts: dict[str, str] = Field(default_factory=dict, max_length=100)

    @model_validator(mode="after")
    def _exactly_one(self) -> Prompt:
        given = [name for name in ("speak", "play", "wait") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("Each prompt is one of: text to speak, a file to play, or a pause.")
        if given[0] != "wait" and not clean_text(str(getattr(self, given[0]))).strip():
            raise ValueError("Write the text that is spoken here, or take the prompt out.")
        if given[0] != "speak" and (self.voice or self.language or self.texts):
            raise ValueError("Only a spoken prompt has a voice, a language, and texts in others.")
        return self

    def emit(self, document: Writer, here: Here) -> None:
        if self.speak is not None:
            emit_speak(document, here, self.speak, voice=self.voice, language=self.language, texts=self.texts)
        elif self.play is not None:
            document.add("Play", self.play)
        else:
            document.add("Wait", length=self.wait)

    def heard(self) -> str:
        """The prompt in words, for a card."""
        if self.speak is not None:
            return f"“{self.speak}”"
        return f"♪ {self.play}" if self.play is not None else f"pause {self.wait} s"


def emit_speak(
    document: Writer,
    here: Here,
    text: str,
    *,
    voice: str | None,
    language: str | None,
    loop: int | None = None,
    texts: Mapping[str, str] | None = None,
) -> None:
    """One Speak, with the flow's voice and language where it names none of its own.

    In a call that has chosen a language which `texts` has, it is that text, in that language and its voice.
    """
    translated = (texts or {}).get(here.spoken or "", "")
    if clean_text(translated).strip():
        text, voice, language = translated, here.spoken_voice, here.spoken
    elif voice is None and language is None:
        voice, language = here.voice, here.language
    tagged = content_of(text, voice)
    speak = document.add("Speak", text if tagged is None else None, voice=voice, language=language, loop=loop)
    if tagged is not None:
        speak.add_tagged(tagged)


def emit_prompts(document: Writer, here: Here, prompts: list[Prompt]) -> None:
    for prompt in prompts:
        prompt.emit(document, here)


class Target(Item):
    """Whom a dial rings: a phone number, or a SIP user."""

    number: PhoneNumber | None = None
    user: SipUri | None = None
    send_digits: SentDigits | None = None
    send_on_preanswer: bool = False
    send_digits_mode: Literal["rfc2833"] | None = None
    sip_headers: dict[str, str] = Field(default_factory=dict, max_length=20)
    sip_auth_username: str | None = Field(default=None, min_length=1, max_length=128)
    sip_auth_password: str | None = Field(default=None, max_length=128)

    @model_validator(mode="after")
    def _exactly_one(self) -> Target:
        if (self.number is None) == (self.user is None):
            raise ValueError("Each entry rings either a number or a SIP user.")
        if not self.address.strip():
            raise ValueError("Write the number or SIP address to ring, or take the entry out.")
        self._check_sign_in()
        return self

    def _check_sign_in(self) -> None:
        password = self.sip_auth_password
        if self.user is None and (self.sip_auth_username or password):
            raise ValueError("Only a SIP user is signed in to. Take the name and password out.")
        if self.number is None and self.send_digits_mode:
            raise ValueError("Only a number has a way of sending digits. Take it out.")
        if (self.sip_auth_username is None) != (password is None):
            raise ValueError("Signing in takes a name and a password. Fill in both, or neither.")
        if password is not None and len(password) < 8 and not has_expression(password):
            raise ValueError("The password has 8 to 128 characters.")

    @property
    def address(self) -> str:
        return self.number if self.number is not None else str(self.user)

    def emit(self, dial: Writer) -> None:
        name = "Number" if self.number is not None else "User"
        target: dict[str, str | None] = {"sipHeaders": spell_headers(self.sip_headers)}
        if self.number is not None:
            target["sendDigitsMode"] = self.send_digits_mode
        else:
            target |= {"sipAuthUsername": self.sip_auth_username, "sipAuthPassword": self.sip_auth_password}
        digits = self.send_digits or None
        dial.add(name, self.address, sendDigits=digits, sendOnPreanswer=self.send_on_preanswer, **target)


class Choice(Item):
    """A way out of a menu: the keys that take it, the phrases that take it, or both.

    `texts` are the phrases in other languages of the flow, separated by commas. A caller may say any of them.
    """

    exit: ExitName
    digits: str | None = Field(default=None, max_length=32)
    phrases: list[str] = Field(default_factory=list, max_length=100)
    texts: dict[str, str] = Field(default_factory=dict, max_length=100)

    @field_validator("digits")
    @classmethod
    def _keys_only(cls, value: str | None) -> str | None:
        if value is not None and (not value or set(value) - set(KEYS)):
            raise ValueError("The keys of a choice are 0 to 9, * and #.")
        return value

    @field_validator("phrases")
    @classmethod
    def _phrases(cls, value: list[str]) -> list[str]:
        if not all(is_phrase(phrase) for phrase in value):
            raise ValueError("A phrase is 1 to 100 characters of plain words, without a comma.")
        return value

    @field_validator("texts")
    @classmethod
    def _translated(cls, value: dict[str, str]) -> dict[str, str]:
        for code, text in value.items():
            if not CODE.match(code):
                raise ValueError(f"“{code[:40]}” is no code of a language. Write one such as de-DE.")
            if not all(is_phrase(phrase) for phrase in phrases_of(text)):
                raise ValueError(f"In {code}: a phrase is 1 to 100 characters of plain words; commas part them.")
        return value

    def phrases_in(self, language: str | None) -> list[str]:
        """What callers may say in a language: the flow's own phrases where there are none in it."""
        return phrases_of(self.texts.get(language or "", "")) or self.phrases

    @property
    def all_phrases(self) -> list[str]:
        """What they may say in any of the languages."""
        return [*self.phrases, *(phrase for text in self.texts.values() for phrase in phrases_of(text))]

    @model_validator(mode="after")
    def _reachable(self) -> Choice:
        if self.digits is None and not self.phrases:
            raise ValueError(f"Nothing leads to “{self.exit}”. Give the choice a key or a phrase.")
        return self


def phrases_of(text: str) -> list[str]:
    """`sales, buy something` as the phrases that it lists."""
    return [" ".join(part.split()) for part in re.split(r"[,\n]", text) if part.strip()]


def is_phrase(text: str) -> bool:
    """Whether a text can be compared with what callers say: plain words, without a comma."""
    return bool(spoken_form(text)) and len(text) <= 100 and "," not in text and not has_expression(text)


class Rule(Item):
    """A way out of a branch, taken when its expression is true."""

    exit: ExitName
    when: str = Field(max_length=4_000)


class Share(Item):
    """A way out of a split, and how many of a hundred callers take it."""

    exit: ExitName
    percent: int = Field(ge=0, le=100)
