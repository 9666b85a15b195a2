"""Ring one or more phone numbers or SIP users, and connect the caller to whoever answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from flowbuilder.flow.expressions import has_expression
from flowbuilder.flow.problems import Problem
from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Outcome, Rehearsal, Report, Step
from flowbuilder.steps.items import Prompt, Target
from flowbuilder.steps.sip_headers import header_problems, spell_headers
from flowbuilder.steps.sounds import both_given, sound_attribute
from flowbuilder.steps.values import CallerId, KeyPatterns, OneKey, Url, is_web_address
from flowbuilder.steps.voice_choice import prompt_problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowbuilder.steps.base import Here, Writer

STATUSES = ("completed", "busy", "failed", "timeout", "no_answer", "cancel")
# Attribute of the sound -> setting with its prompts.
SOUNDS = {"dial_music": "dial_music_prompts", "confirm_sound": "confirm_prompts"}


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
    dial_music_prompts: list[Prompt] = fields.listing(
        "or the caller hears",
        kind="prompt_list",
        most_items=10,
        advanced=True,
        example=[{"play": "https://www.example.com/music.mp3"}],
    )
    time_limit: int = fields.seconds("Talk for at most", default=14_400, most=86_400, advanced=True, example=3_600)
    hangup_on_star: bool = fields.flag("The caller may leave with *", advanced=True)
    confirm_prompts: list[Prompt] = fields.listing(
        "Whoever answers hears first",
        kind="prompt_list",
        most_items=10,
        hint="A whisper; with a key, the question whether to take the call.",
        advanced=True,
        example=[{"speak": "A call for the clinic. Press 1 to take it."}],
    )
    confirm_sound: Url | None = fields.url(
        "or the XML at", default=None, advanced=True, example="https://example.com/whisper"
    )
    confirm_key: OneKey | None = fields.key(
        "Key that takes the call", default=None, hint="Empty: whoever answers has it.", advanced=True, example="1"
    )
    confirm_timeout: int = fields.seconds(
        "Wait for that key", default=120, most=600, when="confirm_key", advanced=True, example=10
    )
    digits_match: KeyPatterns | None = fields.text(
        "Keep in the trace these keys of the caller",
        default=None,
        max_length=200,
        hint="Separated by commas, such as 1,99.",
        advanced=True,
        example="1,99",
    )
    digits_match_b_leg: KeyPatterns | None = fields.text(
        "and these of whoever answers", default=None, max_length=200, advanced=True, example="*1"
    )
    call_type: Literal["voice", "whatsapp"] = fields.one_of(
        "Call by", [("voice", "phone"), ("whatsapp", "WhatsApp")], default="voice", advanced=True
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
        if self.screening_key and not self.asks_callee:
            message = "The key needs a question: write what whoever answers hears first."
            yield Problem("bad-setting", message, setting="confirm_prompts")
        for sound, prompts in SOUNDS.items():
            yield from both_given(prompts, getattr(self, prompts), getattr(self, sound), "This sound")
            yield from prompt_problems(prompts, getattr(self, prompts))
        yield from header_problems("sip_headers", self.sip_headers)
        for target in self.to:
            yield from header_problems("to", target.sip_headers)

    @property
    def screening_key(self) -> str | None:
        return None if self.confirm_key in (None, "", "none") else self.confirm_key

    @property
    def asks_callee(self) -> bool:
        return bool(self.confirm_prompts or self.confirm_sound)

    def sounds(self) -> dict[str, list[Prompt]]:
        return {sound: getattr(self, prompts) for sound, prompts in SOUNDS.items() if getattr(self, prompts)}

    def attempts_after(self, attempt: int) -> Iterable[int]:
        # A request for each: without an action Plivo goes on to the next Dial after a talk, too, and would ring it.
        return range(attempt + 1, len(self.to) + 1) if self.order == "in_turn" else ()

    def emit(self, document: Writer, here: Here) -> None:
        dial = document.add(
            "Dial",
            action=here.continuation("dialed", attempt=here.attempt),
            timeout=self.timeout,
            timeLimit=self.time_limit,
            callerId=self.caller_id or None,
            callerName=self.caller_name or None,
            dialMusic=sound_attribute(here, "dial_music", self.dial_music_prompts, self.dial_music),
            hangupOnStar=self.hangup_on_star,
            confirmSound=sound_attribute(here, "confirm_sound", self.confirm_prompts, self.confirm_sound),
            confirmKey=self.screening_key,
            confirmTimeout=self.confirm_timeout if self.asks_callee else None,
            digitsMatch=self.digits_match or None,
            digitsMatchBLeg=self.digits_match_b_leg or None,
            callbackUrl=here.dial_events if self.digits_match or self.digits_match_b_leg else None,
            callType=self.call_type,
            sipHeaders=spell_headers(self.sip_headers),
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
