"""The sandbox's calls over REST: placed, listed live, hung up, and their records (plivo-api.md 5.1 to 5.3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowbuilder.sandbox.answers import Answer, api_id, deleted, found, page
from flowbuilder.sandbox.arguments import Args, Refused, subaccount, text, url, whole_number
from flowbuilder.sandbox.holdings import Holdings, Json

if TYPE_CHECKING:
    from flowbuilder.sandbox.calls import LiveCall, Switchboard

MOST_DESTINATIONS = 1000
PHONE = re.compile(r"\+?[0-9]{3,15}")
DIRECTIONS = ("inbound", "outbound")
EQUAL = {
    "call_direction": "call_direction",
    "parent_call_uuid": "parent_call_uuid",
    "hangup_source": "hangup_source",
}
COMPARED = ("bill_duration", "end_time")
SIGNS = ("", "__lt", "__lte", "__gt", "__gte")


def make_call(holdings: Holdings, args: Args) -> Answer:
    """Calls out: somebody answers at each destination, and the answer URL is asked what to do."""
    caller = text(args, "from", required=True) or ""
    destinations = list(dict.fromkeys(part.strip() for part in (text(args, "to", required=True) or "").split("<")))
    if len(destinations) > MOST_DESTINATIONS:
        raise Refused(400, f"to may hold at most {MOST_DESTINATIONS} destinations")
    for number in destinations:
        if not PHONE.fullmatch(number) and not number.startswith("sip:"):
            raise Refused(400, "to must be a phone number or a SIP URI")
        if number.lstrip("+") == caller.lstrip("+"):
            raise Refused(400, "to is identical to src")
    answer_url = url(args, "answer_url", required=True) or ""
    calls = [
        _switchboard(holdings).dial_application(
            answer_url,
            url(args, "fallback_url") or "",
            url(args, "hangup_url") or answer_url,
            caller,
            number,
            direction="outbound",
            answer_method=text(args, "answer_method") or "POST",
            fallback_method=text(args, "fallback_method") or "POST",
            hangup_method=text(args, "hangup_method") or "POST",
            headers=_sip_headers(text(args, "sip_headers") or ""),
        )
        for number in destinations
    ]
    uuids = [call.uuid for call in calls]
    body: Json = {"api_id": api_id(), "message": "calls fired", "request_uuid": uuids}
    if len(uuids) == 1:
        body |= {"message": "call fired", "request_uuid": uuids[0]}
    return Answer(201, body)


def list_calls(holdings: Holdings, args: Args) -> Answer:
    """Records of finished calls, newest first; with `status=live` the ids of the calls in progress."""
    subaccount(args, holdings.has_subaccount)
    direction = text(args, "call_direction")
    if direction and direction not in DIRECTIONS:
        raise Refused(400, "call_direction must be inbound or outbound")
    status = text(args, "status")
    if status == "queued":
        # The sandbox starts every call at once.
        return found({"calls": []})
    if status == "live":
        live = [call for call in _switchboard(holdings).live() if _is_wanted(_live(call), args)]
        return found({"calls": [call.uuid for call in live]})
    if status:
        raise Refused(400, "status must be live or queued")
    records = [record for record in holdings.documents.list("call") if _passes(record, args)]
    records.reverse()
    return page(holdings.uri("Call"), args, [_shown(holdings, record) for record in records])


def read_call(holdings: Holdings, args: Args, uuid: str) -> Answer:
    """A live call with `status=live`, the record of a finished one without."""
    if text(args, "status") in ("live", "queued"):
        return found(_live(_live_call(holdings, uuid)))
    record = holdings.documents.get("call", uuid)
    if record is None:
        raise Refused(404, "not found")
    return found(_shown(holdings, record))


def hang_up(holdings: Holdings, args: Args, uuid: str) -> Answer:
    _live_call(holdings, uuid).end_by_api()
    return deleted()


def _switchboard(holdings: Holdings) -> Switchboard:
    if holdings.switchboard is None:
        raise Refused(403, "this sandbox places no calls")
    return holdings.switchboard


def _live_call(holdings: Holdings, uuid: str) -> LiveCall:
    call = holdings.switchboard.get(uuid) if holdings.switchboard else None
    if call is None or call.is_over:
        raise Refused(404, "not found")
    return call


def _live(call: LiveCall) -> Json:
    return {
        "call_uuid": call.uuid,
        "request_uuid": call.uuid,
        "call_status": call.status,
        "caller_name": "",
        "direction": call.direction,
        "from": call.from_number,
        "to": call.to_number,
        "session_start": f"{call.started_at:%Y-%m-%d %H:%M:%S.%f}",
    }


def _is_wanted(live: Json, args: Args) -> bool:
    return all(
        _same(text(args, name), live[held])
        for name, held in (("call_direction", "direction"), ("from_number", "from"), ("to_number", "to"))
    )


def _same(wanted: str | None, held: str) -> bool:
    return not wanted or wanted.lstrip("+") == held.lstrip("+")


def _passes(record: Json, args: Args) -> bool:
    if not all(_same(text(args, name), record[name] or "") for name in ("from_number", "to_number")):
        return False
    if not all(text(args, name) in (None, "", record[held]) for name, held in EQUAL.items()):
        return False
    code = whole_number(args, "hangup_cause_code", 0, None, -1)
    if code not in (-1, record["hangup_cause_code"]):
        return False
    return all(
        _compared(record[name], sign, str(args[name + sign]))
        for name in COMPARED
        for sign in SIGNS
        if name + sign in args
    )


def _compared(held: int | str, sign: str, given: str) -> bool:
    """Durations compare as numbers, times as the text of their UTC form."""
    if isinstance(held, int):
        if not given.isdecimal():
            raise Refused(400, "bill_duration must be a whole number")
        left: float | str = held
        right: float | str = int(given)
    else:
        left, right = held[: len(given)], given
    order = (left > right) - (left < right)  # type: ignore[operator]
    return {"": order == 0, "__lt": order < 0, "__lte": order <= 0, "__gt": order > 0, "__gte": order >= 0}[sign]


def _sip_headers(joined: str) -> dict[str, str]:
    """`a=1,b=2` -> {"a": "1", "b": "2"}; Plivo passes them on as X-PH-a and X-PH-b."""
    headers = {}
    for part in filter(None, joined.split(",")):
        name, mark, value = part.partition("=")
        if not mark or not re.fullmatch(r"[A-Za-z0-9]+", name) or not re.fullmatch(r"[A-Za-z0-9%]*", value):
            raise Refused(400, "sip_headers must be name=value pairs of letters and digits, parted by commas")
        headers[name] = value
    return headers


def _shown(holdings: Holdings, record: Json) -> Json:
    return {**record, "resource_uri": holdings.uri("Call", record["call_uuid"])}
