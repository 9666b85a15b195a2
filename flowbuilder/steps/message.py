"""Send a text message: during a call, or as the reply to one that came in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.flow.languages import CODE
from flowbuilder.flow.problems import Problem
from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Step
from flowbuilder.steps.values import CallerId, PhoneNumber, Url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flowbuilder.steps.base import Here, Writer

MOST_CHARACTERS = 1_600


class Message(Step, type="message"):
    label = "Send SMS"
    group = "Connect"
    icon = "message-square"
    summary = "Sends a text message during a call, or answers one."
    can_start_message = True
    sends_message = True

    text: str = fields.text(
        "Text", max_length=MOST_CHARACTERS, kind="sms_text", required=True, example="We missed your call."
    )
    to: PhoneNumber | None = fields.phone_number("To", hint="Empty: whoever calls or writes.", example="+14155550100")
    sender: CallerId | None = fields.phone_number(
        "From", alias="from", hint="Empty: the number that was called or written to.", example="+14155550111"
    )
    report_url: Url | None = fields.url(
        "Tell this address of the delivery", default=None, advanced=True, example="https://hooks.example.com/sms"
    )

    texts: dict[str, str] = fields.mapping(
        "In other languages",
        hint="A code of the flow's languages, and the text in it.",
        advanced=True,
        example={"de-DE": "Wir haben Ihren Anruf verpasst."},
    )

    def problems(self) -> Iterable[Problem]:
        for code, text in self.texts.items():
            if not CODE.match(code):
                message = f"“{code[:40]}” is no code of a language. Write one such as de-DE."
                yield Problem("bad-setting", message, setting="texts")
            elif len(text) > MOST_CHARACTERS:
                message = f"In {code}: shorten it to {MOST_CHARACTERS:,} characters."
                yield Problem("bad-setting", message, setting="texts")

    def falls_through(self) -> str | None:
        return "next"

    def emit(self, document: Writer, here: Here) -> None:
        document.add(
            "Message",
            self.texts.get(here.spoken or "", "").strip() or self.text,
            src=self.sender or "{{ call.to_number }}",
            dst=self.to or "{{ call.from_number }}",
            type="sms",
            callbackUrl=self.report_url,
        )

    def card(self) -> Card:
        return Card(f"to {self.to}" if self.to else "to the caller", [f"“{self.text}”"] if self.text else [])
