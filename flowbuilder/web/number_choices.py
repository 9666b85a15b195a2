"""The numbers and SIP endpoints that a flow may be published to, and what answers each now."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flowbuilder.errors import FlowbuilderError, PlivoRefused
from flowbuilder.publishing.account import PlivoEndpoint, PlivoNumber
from flowbuilder.web.deployed import deployment_of
from flowbuilder.web.holders import Holders, HolderView

if TYPE_CHECKING:
    from flowbuilder.publishing.account import Account
    from flowbuilder.store import DeploymentRow
    from flowbuilder.web import Flowbuilder

MOST_READ_ONE_BY_ONE = 20


@dataclass(frozen=True)
class NumberChoice:
    """A number of the account, and what answers it now, in words (empty for nothing)."""

    number: str
    about: str
    answered_by: str
    is_ours: bool
    voice_enabled: bool
    chosen: bool


@dataclass(frozen=True)
class EndpointChoice:
    """A SIP endpoint of the account, as NumberChoice."""

    endpoint_id: str
    username: str
    about: str
    answered_by: str
    is_ours: bool
    chosen: bool


@dataclass(frozen=True)
class Choices:
    """What may be chosen: what the flow has and a page of the rest; `more` numbers are not shown."""

    numbers: list[NumberChoice] = field(default_factory=list)
    endpoints: list[EndpointChoice] = field(default_factory=list)
    more: int = 0
    search: str = ""


def choices_for(fb: Flowbuilder, flow_id: str, deployment: str, search: str = "") -> tuple[Choices, str]:
    """The choices, or the sentence that says why they cannot be read. `search`: the digits that numbers begin with."""
    try:
        return _choices(fb, flow_id, deployment, "".join(filter(str.isdigit, search))), ""
    except FlowbuilderError as refusal:
        return Choices(), str(refusal)


def _choices(fb: Flowbuilder, flow_id: str, deployment: str, search: str) -> Choices:
    account = fb.accounts.of(flow_id, deployment)
    known = deployment_of(fb, flow_id, deployment)
    page = account.number_records_page({"number_startswith": search} if search else {})
    listed = {number.number: number for number in map(PlivoNumber.from_json, page.objects)}
    total = max(page.total, len(listed))
    numbers = _with_own(account, known, listed)
    holders = Holders(fb, account)
    holders.learn(account.applications_page().objects)
    endpoints = [PlivoEndpoint.from_json(item) for item in account.endpoints_page().objects]
    shown = [_number(holders, known, number) for number in numbers]
    if known is None and not search and fb.accounts.is_sandbox(account.auth_id):
        shown = _with_a_free_one(shown)
    return Choices(
        sorted(shown, key=lambda c: (not (c.is_ours or c.chosen), not c.voice_enabled, bool(c.answered_by), c.number)),
        [_endpoint(holders, known, endpoint) for endpoint in endpoints],
        more=max(0, total - len(listed)),
        search=search,
    )


def _with_own(account: Account, known: DeploymentRow | None, listed: dict[str, PlivoNumber]) -> list[PlivoNumber]:
    """The numbers of the page, and those that the flow has and that are further down the list."""
    own = [str(entry["number"]).lstrip("+") for entry in known.numbers] if known else []
    found = dict(listed)
    for digits in [digits for digits in own if digits not in listed][:MOST_READ_ONE_BY_ONE]:
        try:
            found[digits] = account.get_number(digits)
        except PlivoRefused as refusal:
            if refusal.status != 404:
                raise
    return list(found.values())


def _number(holders: Holders, known: DeploymentRow | None, number: PlivoNumber) -> NumberChoice:
    e164 = f"+{number.number}"
    return NumberChoice(
        number=e164,
        about=" · ".join(part for part in (number.alias, number.country, number.type) if part),
        answered_by=_words(holders.of(number.application_id), known),
        is_ours=known is not None and number.application_id == known.app_id,
        voice_enabled=number.voice_enabled,
        chosen=known is not None and any(entry["number"] == e164 for entry in known.numbers),
    )


def _endpoint(holders: Holders, known: DeploymentRow | None, endpoint: PlivoEndpoint) -> EndpointChoice:
    return EndpointChoice(
        endpoint_id=endpoint.endpoint_id,
        username=endpoint.username,
        about=endpoint.alias,
        answered_by=_words(holders.of(endpoint.application_id), known),
        is_ours=known is not None and endpoint.application_id == known.app_id,
        chosen=known is not None and any(one["endpoint_id"] == endpoint.endpoint_id for one in known.endpoints),
    )


def _words(holder: HolderView | None, known: DeploymentRow | None) -> str:
    if holder is None:
        return ""
    if known is not None and holder.app_id == known.app_id:
        return f"This flow, version {known.version}"
    return holder.words


def _with_a_free_one(shown: list[NumberChoice]) -> list[NumberChoice]:
    """The sandbox's first number that takes calls and that nothing answers is chosen for a newcomer."""
    free = sorted(choice.number for choice in shown if not choice.answered_by and choice.voice_enabled)[:1]
    return [NumberChoice(**{**vars(choice), "chosen": choice.number in free}) for choice in shown]
