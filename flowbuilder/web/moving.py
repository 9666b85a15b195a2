"""Lets another Application answer a number or an endpoint, and keeps what we know of our own deployments true."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flowbuilder.errors import FlowbuilderError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowbuilder.publishing.account import Account, PlivoNumber
    from flowbuilder.store import DeploymentRow
    from flowbuilder.web import Flowbuilder


@dataclass(frozen=True)
class Moved:
    """What became of one number or endpoint: `name` as people write it, and the refusal where it stayed."""

    name: str
    refusal: str = ""


def move_numbers(fb: Flowbuilder, account: Account, numbers: Sequence[str], app_id: str | None) -> list[Moved]:
    """Lets the Application answer the numbers, None for nothing; each that Plivo refuses stays and says why."""
    moved = []
    for number in numbers:
        try:
            _move_number(fb, account, number, app_id)
        except FlowbuilderError as refusal:
            moved.append(Moved(number, str(refusal)))
        else:
            moved.append(Moved(number))
    return moved


def move_endpoint(fb: Flowbuilder, account: Account, endpoint_id: str, app_id: str | None) -> None:
    """As `move_numbers`, for one SIP endpoint. Raises PlivoRefused, or FlowbuilderError where it did not move."""
    before = account.get_endpoint(endpoint_id)
    if before.application_id != app_id:
        account.attach_endpoint(endpoint_id, app_id or "")
        if account.get_endpoint(endpoint_id).application_id != app_id:
            raise FlowbuilderError(f"Plivo did not move {before.username}. Try again, or move it in Plivo's console.")
    entry = {"endpoint_id": endpoint_id, "username": before.username, "previous_app_id": before.application_id}
    for row in _rows(fb, account):
        others = [one for one in row.endpoints if one["endpoint_id"] != endpoint_id]
        known = [one for one in row.endpoints if one["endpoint_id"] == endpoint_id]
        wanted = [*others, *(known or [entry])] if row.app_id == app_id else others
        if wanted != row.endpoints:
            fb.store.deployments.put(replace(row, endpoints=wanted))


def _move_number(fb: Flowbuilder, account: Account, number: str, app_id: str | None) -> None:
    before = account.get_number(number)
    if app_id is not None:
        _refuse_mute(account, before, app_id)
    if before.application_id != app_id:
        account.attach_number(number, app_id or "")
        if account.get_number(number).application_id != app_id:
            raise FlowbuilderError(f"Plivo did not move {number}. Try again, or move it in Plivo's console.")
    e164 = f"+{before.number}"
    for row in _rows(fb, account):
        others = [one for one in row.numbers if one["number"] != e164]
        known = [one for one in row.numbers if one["number"] == e164]
        entry = {"number": e164, "previous_app_id": before.application_id}
        wanted = [*others, *(known or [entry])] if row.app_id == app_id else others
        if wanted != row.numbers:
            fb.store.deployments.put(replace(row, numbers=wanted))


def _refuse_mute(account: Account, number: PlivoNumber, app_id: str) -> None:
    """A number without voice can be answered by an Application that takes text messages only."""
    if number.voice_enabled:
        return
    if number.sms_enabled and account.get_application(app_id).get("message_url"):
        return
    raise FlowbuilderError(
        f"+{number.number} takes no calls. Choose a number with voice, or an Application that answers text messages."
    )


def _rows(fb: Flowbuilder, account: Account) -> list[DeploymentRow]:
    return [row for row in fb.store.deployments.list() if row.account == account.auth_id]
