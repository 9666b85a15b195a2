"""Ring one or more phone numbers or SIP users, and connect the caller to whoever answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

from flowbuilder.flow.expressions import has_expression
from flowbuilder.flow.problems import Problem
from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Outcome, Rehearsal, Report, Step
from flowbuilder.steps.items import Target
from flowbuilder.steps.values import CallerId, OneKey, Url, is_web_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowbuilder.steps.base import Here, Writer

STATUSES = ("completed", "busy", "failed", "timeout", "no_answer", "cancel")


class Dial(Step, type="dial"):
    label = "Dial"
    group = "Connect"
    icon = "phone"
    summary = "Rings numbers or SIP users and connects the caller to whoever answers."
    outputs = ("status", "hangup_cause", "ring_status", "a_leg_uuid", "b_leg_uuid")
    event = "dialed"
    waits_for_caller = False
    stand_in_exit = "otherwise"

    to: list[Target] = fields.listing(
        "Ring", kind="dial_targets", most_items=50, required=True, example=[{"number": "+14155550100"}]
    )
    order: Literal["together", "in_turn"] = fields.one_of(
        "Order", [("together", "all together"), ("in_turn", "one after the other")], default="together"
    )
    timeout: int = fields.seconds("Ring for", default=30, most=600, hint="Each time, when ringing in turn.", example=20)
    caller_id: CallerId | None = fields.phone_number(
        "Show this number", hint="Empty: the caller's own. Use a number you own.", example="+14155550100"
    )
    caller_name: str | None = fields.text(
        "Show this name", default=None, max_length=50, advanced=True, example="Clinic"
    )
    dial_music: str | None = fields.text(
        "While it rings",
        default=None,
        max_length=2_048,
        kind="dial_music",
        hint="real for the network's ringing, or the address of XML to play.",
        example="real",
    )
    time_limit: int = fields.seconds("Talk for at most", default=14_400, most=86_400, advanced=True, example=3_600)
    hangup_on_star: bool = fields.flag("The caller may leave with *", advanced=True)
    confirm_sound: Url | None = fields.url(
        "Ask whoever answers (address of XML)", default=None, advanced=True, example="https://example.com/whisper"
    )
    confirm_key: OneKey | None = fields.key(
        "Key that takes the call", default=None, when="confirm_sound", advanced=True, example="1"
    )
    confirm_timeout: int = fields.seconds(
        "Wait for that key", default=120, most=600, when="confirm_sound", advanced=True, example=10
    )
    sip_headers: dict[str, str] = fields.mapping(
        "SIP headers", kind="sip_headers", advanced=True, example={"Account": "12345"}
    )
    report_url: Url | None = fields.url(
        "Tell this address how it ended",
        default=None,
        hint="Gets the five dial-status fields.",
        advanced=True,
        example="https://hooks.example.com/dial",
    )

    def exits(self) -> list[str]:
        return [*STATUSES, "otherwise"]

    def problems(self) -> Iterable[Problem]:
        music = self.dial_music
        if music and music != "real" and not has_expression(music) and not is_web_address(music):
            yield Problem("bad-setting", "While it rings: write real, or a whole web address.", setting="dial_music")
        if self.confirm_key and not self.confirm_sound:
            yield Problem(
                "bad-setting",
                "The key needs a question: give the address of the XML that asks it.",
                setting="confirm_sound",
            )
        for name, value in self.sip_headers.items():
            if not re.fullmatch(r"[A-Za-z0-9]{1,24}", name):
                yield Problem(
                    "bad-setting",
                    f"“{name[:40]}” cannot be a SIP header's name. Use up to 24 letters and digits.",
                    setting="sip_headers",
                )
            elif not has_expression(value) and not re.fullmatch(r"[A-Za-z0-9%]{1,120}", value):
                yield Problem(
                    "bad-setting",
                    f"The value of {name} may hold letters, digits and % only.",
                    setting="sip_headers",
                )

    def attempts_after(self, attempt: int) -> Iterable[int]:
        return range(attempt + 1, len(self.to) + 1) if self.order == "in_turn" else ()

    def emit(self, document: Writer, here: Here) -> None:
        dial = document.add(
            "Dial",
            action=here.continuation("dialed", attempt=here.attempt),
            timeout=self.timeout,
            timeLimit=self.time_limit,
            callerId=self.caller_id or None,
            callerName=self.caller_name or None,
            dialMusic=self.dial_music or None,
            hangupOnStar=self.hangup_on_star,
            confirmSound=self.confirm_sound or None,
            confirmKey=self.confirm_key or None,
            confirmTimeout=self.confirm_timeout if self.confirm_sound else None,
            sipHeaders=",".join(f"{name}={value}" for name, value in self.sip_headers.items()) or None,
        )
        for target in self.to if self.order == "together" else self.to[here.attempt - 1 : here.attempt]:
            target.emit(dial)

    def resume(self, reply: Mapping[str, Any], attempt: int) -> Outcome:
        status = str(reply.get("status") or "")
        outputs = {
            "status": status.replace("_", "-"),  # as Plivo spells it, for whoever passes it on
            **{name: reply.get(name) for name in self.outputs if name != "status"},
        }
        if status not in ("completed", "cancel") and attempt in range(1, len(self.to)) and self.order == "in_turn":
            return Outcome(None, outputs, again=attempt + 1)
        report = Report(self.report_url, _status_fields(outputs)) if self.report_url else None
        return Outcome(status if status in STATUSES else "otherwise", outputs, report=report)

    def rehearse(self) -> list[Rehearsal]:
        def reply(status: str) -> dict[str, Any]:
            answered = status == "completed"
            cause = "Normal Hangup" if answered else status.replace("_", " ").title()
            return {
                "status": status,
                "ring_status": status != "failed",
                "hangup_cause": cause,
                "a_leg_uuid": "a-leg",
                "b_leg_uuid": "b-leg" if answered else "",
            }

        in_turn = self.order == "in_turn" and len(self.to) > 1
        found = [
            Rehearsal(None if in_turn and status not in ("completed", "cancel") else status, reply(status))
            for status in STATUSES
        ]
        return found if in_turn else [*found, Rehearsal("otherwise", reply("unheard_of"))]

    def card(self) -> Card:
        order = ("in turn" if self.order == "in_turn" else "together") if len(self.to) > 1 else ""
        detail = " · ".join(part for part in (order, f"{self.timeout} s") if part)
        return Card(detail, [target.address for target in self.to])


def _status_fields(outputs: Mapping[str, Any]) -> dict[str, str]:
    """The five fields of Plivo's dial status report, spelled as Plivo does."""
    return {
        "DialStatus": str(outputs["status"]),
        "DialRingStatus": "true" if outputs["ring_status"] else "false",
        "DialHangupCause": str(outputs["hangup_cause"] or ""),
        "DialALegUUID": str(outputs["a_leg_uuid"] or ""),
        "DialBLegUUID": str(outputs["b_leg_uuid"] or ""),
    }
