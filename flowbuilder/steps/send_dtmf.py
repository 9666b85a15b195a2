"""Send tones on the call, as if the keys were pressed on our side."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator

from flowbuilder.flow.expressions import has_expression
from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Step

if TYPE_CHECKING:
    from flowbuilder.steps.base import Here, Writer


def _tones(text: str) -> str:
    if text and not has_expression(text) and not re.fullmatch(r"[0-9*#wW]+", text):
        raise ValueError("Use digits, * and #, w for a pause of half a second and W for one of a second.")
    return text


class SendDtmf(Step, type="send_dtmf"):
    label = "Send digits"
    group = "Connect"
    icon = "grip"
    summary = "Sends tones on the call, to a machine at the other end."

    digits: Annotated[str, AfterValidator(_tones)] = fields.digits(
        "Digits", default="", max_length=200, required=True, hint="w pauses half a second, W a second.", example="1W23#"
    )
    is_async: bool = fields.flag("Go on while they are sent", default=True, alias="async", advanced=True)

    def falls_through(self) -> str | None:
        return "next"

    def emit(self, document: Writer, here: Here) -> None:
        document.add("DTMF", self.digits, **{"async": self.is_async})

    def card(self) -> Card:
        return Card("" if self.is_async else "all before going on", [self.digits] if self.digits else [])
