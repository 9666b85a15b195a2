"""Compares an account with what it should hold, and says what publishing or unpublishing would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from flowbuilder.errors import FlowbuilderError
from flowbuilder.publishing.account import Account, PlivoEndpoint, PlivoNumber, digits_of
from flowbuilder.publishing.application_fields import OURS, READ_AS, SINGLE, differing, held
from flowbuilder.publishing.changes import (
    NOTHING,
    ApplicationChange,
    Displaced,
    EndpointChange,
    FieldChange,
    Holder,
    Move,
    NumberChange,
    Plan,
)
from flowbuilder.publishing.desired import Desired
from flowbuilder.publishing.reading import Reading

Json = dict[str, Any]
Known = Sequence[Mapping[str, Any]]


def make_plan(
    account: Account,
    desired: Desired,
    numbers: Sequence[str],
    known_app_id: str | None = None,
    known_numbers: Known = (),
    release_others: bool = False,
    *,
    endpoints: Sequence[str] = (),
    known_endpoints: Known = (),
) -> Plan:
    """Reads the account and gives what has to change for `desired` to answer `numbers` and SIP `endpoints` (ids).

    `known_app_id`, `known_numbers` ({"number", "previous_app_id"}) and `known_endpoints` ({"endpoint_id",
    "username", "previous_app_id"}) are what an earlier publishing left. With `release_others` those known ones
    that are not wanted any more go back to what they had. Raises FlowbuilderError for a number that is not in
    the account or takes no calls, and for an endpoint that is not in the account.
    """
    reading = Reading(account)
    wanted, wanted_endpoints = _distinct(numbers), list(dict.fromkeys(endpoints))
    previous, previous_endpoints = _previous(known_numbers), {str(e["endpoint_id"]): e for e in known_endpoints}
    others = [digits for digits in previous if digits not in wanted] if release_others else []
    other_endpoints = [id for id in previous_endpoints if id not in wanted_endpoints] if release_others else []
    existing = _existing_application(reading, desired, known_app_id, wanted)
    found = reading.numbers([*wanted, *others])
    _refuse_useless(wanted, found)
    found_endpoints = reading.endpoints([*wanted_endpoints, *other_endpoints])
    _refuse_missing_endpoints(wanted_endpoints, found_endpoints, previous_endpoints)
    application = _application_change(reading, desired, existing)
    ours = Holder(application.app_id or "", application.app_name)
    moves = [_attachment(reading, found[digits], ours, previous.get(digits)) for digits in wanted]
    moves += [
        _attachment(reading, found_endpoints[id], ours, previous_endpoints.get(id, {}).get("previous_app_id"))
        for id in wanted_endpoints
    ]
    releases, notes = _releases(
        reading,
        {digits: previous[digits] for digits in others},
        {id: previous_endpoints[id] for id in other_endpoints},
        ours,
    )
    return _plan(account, application, [*moves, *releases], notes)


def unpublish_plan(
    account: Account, app_id: str, numbers: Known, delete_application: bool = False, *, endpoints: Known = ()
) -> Plan:
    """What gives an Application's `numbers` and `endpoints` (as `make_plan` knows them) back what they had.

    One that somebody has moved since is left alone. The Application stays, because others may use it, unless
    `delete_application`; then it is refused while another number or endpoint still does.
    """
    reading = Reading(account)
    existing = reading.application(app_id)
    ours = reading.holder(app_id)
    known_endpoints = {str(endpoint["endpoint_id"]): endpoint for endpoint in endpoints}
    releases, notes = _releases(reading, _previous(numbers), known_endpoints, ours)
    name = ours.name or app_id
    if delete_application and existing is not None:
        _refuse_while_used(account, app_id, name, {release.subject for release in releases})
    action = ApplicationChange("delete" if delete_application and existing is not None else "keep", app_id, name)
    return _plan(account, action, releases, notes)


def _plan(account: Account, application: ApplicationChange, moves: Iterable[Move], notes: Iterable[str]) -> Plan:
    moves = list(moves)
    return Plan(
        account.auth_id,
        application,
        tuple(move for move in moves if isinstance(move, NumberChange)),
        tuple(notes),
        tuple(move for move in moves if isinstance(move, EndpointChange)),
    )


def _distinct(numbers: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(digits_of(number) for number in numbers))


def _previous(numbers: Known) -> dict[str, str | None]:
    return {digits_of(str(item["number"])): item.get("previous_app_id") for item in numbers}


def _existing_application(
    reading: Reading, desired: Desired, known_app_id: str | None, wanted: list[str]
) -> Json | None:
    """Our Application: the one we know, else the one of our name (its creation's answer was lost)."""
    known = reading.application(known_app_id) if known_app_id else None
    if known is not None:
        return known
    named = reading.applications_named(desired.app_name)
    if len(named) < 2:
        return named[0] if named else None
    # Two of one name: the one that answers a wanted number, else always the same one.
    users = {number.application_id for number in reading.numbers(wanted).values()}
    return min(named, key=lambda item: (item.get("app_id") not in users, str(item.get("app_id"))))


def _application_change(reading: Reading, desired: Desired, existing: Json | None) -> ApplicationChange:
    if existing is None:
        fields = {"app_name": desired.app_name, **desired.fields, **desired.first_fields}
        changes = tuple(FieldChange(name, None, value) for name, value in desired.fields.items())
        displaced = _displaced(reading, desired.fields, None)
        return ApplicationChange("create", None, desired.app_name, changes, fields, displaced)
    wanted = dict(desired.fields)
    if "message_url" not in wanted and held(existing, "message_url").startswith(desired.flow_url):
        # An earlier version took messages, this one does not. Somebody else's message URL stays.
        wanted["message_url"] = ""
    fields = differing(existing, wanted)
    changes = tuple(FieldChange(name, held(existing, name), value) for name, value in fields.items())
    if any(name in OURS for name in fields):
        # All of ours together, so that of two publishings at once one wins whole.
        fields = {name: value for name, value in wanted.items() if name in OURS} | fields
    app_id, name = str(existing["app_id"]), str(existing.get("app_name") or desired.app_name)
    displaced = _displaced(reading, {change.field: change.after for change in changes}, app_id)
    return ApplicationChange("change" if changes else "keep", app_id, name, changes, fields, displaced)


def _displaced(reading: Reading, fields: Mapping[str, Any], app_id: str | None) -> tuple[Displaced, ...]:
    """The Applications that lose a mark to ours; looked for only when ours gets one."""
    lost = []
    for name in SINGLE:
        marked = reading.application_marked(READ_AS.get(name, name)) if fields.get(name) is True else None
        if marked is not None and str(marked["app_id"]) != app_id:
            lost.append(Displaced(name, str(marked["app_id"]), str(marked.get("app_name") or marked["app_id"])))
    return tuple(lost)


def _refuse_useless(wanted: list[str], found: Mapping[str, PlivoNumber]) -> None:
    missing = [f"+{digits}" for digits in wanted if digits not in found]
    if missing:
        verb = "are" if len(missing) > 1 else "is"
        raise FlowbuilderError(
            f"{', '.join(missing)} {verb} not in this Plivo account. Rent it there, or choose another number."
        )
    mute = [f"+{digits}" for digits in wanted if not found[digits].voice_enabled]
    if mute:
        raise FlowbuilderError(f"{', '.join(mute)} cannot take calls: voice is not enabled. Choose another number.")


def _refuse_missing_endpoints(
    wanted: list[str], found: Mapping[str, PlivoEndpoint], known: Mapping[str, Mapping[str, Any]]
) -> None:
    missing = [str(known.get(id, {}).get("username") or id) for id in wanted if id not in found]
    if missing:
        raise FlowbuilderError(
            f"No SIP endpoint {', '.join(missing)} is in this Plivo account. Create it there, or choose another one."
        )


def _refuse_while_used(account: Account, app_id: str, name: str, released: set[str]) -> None:
    users = [f"+{number.number}" for number in account.list_numbers() if number.application_id == app_id]
    users += [f"the SIP endpoint {e.username}" for e in account.list_endpoints() if e.application_id == app_id]
    users = [user for user in users if user not in released]
    if users:
        raise FlowbuilderError(
            f"The Application {name} still answers {', '.join(users)}. Move those first, or keep it."
        )


def _move(thing: PlivoNumber | PlivoEndpoint, action: str, before: Holder, after: Holder, previous: Any) -> Move:
    if isinstance(thing, PlivoNumber):
        return NumberChange(cast("Any", action), thing.number, before, after, previous)
    return EndpointChange(cast("Any", action), thing.endpoint_id, thing.username, before, after, previous)


def _attachment(reading: Reading, thing: PlivoNumber | PlivoEndpoint, ours: Holder, known_previous: str | None) -> Move:
    if ours.app_id and thing.application_id == ours.app_id:
        return _move(thing, "keep", ours, ours, known_previous)
    return _move(thing, "attach", reading.holder(thing.application_id), ours, thing.application_id)


def _releases(
    reading: Reading, numbers: Mapping[str, str | None], endpoints: Mapping[str, Mapping[str, Any]], ours: Holder
) -> tuple[list[Move], list[str]]:
    """What gives back to each what it had, and sentences about those that stay where they are."""
    found_numbers, found_endpoints = reading.numbers(list(numbers)), reading.endpoints(list(endpoints))
    things: list[tuple[str, PlivoNumber | PlivoEndpoint | None, str | None]] = [
        (f"+{digits}", found_numbers.get(digits), before_us) for digits, before_us in numbers.items()
    ]
    things += [
        (f"The SIP endpoint {known.get('username') or id}", found_endpoints.get(id), known.get("previous_app_id"))
        for id, known in endpoints.items()
    ]
    releases: list[Move] = []
    notes = []
    for subject, thing, before_us in things:
        if thing is None:
            notes.append(f"{subject} is not in this Plivo account any more.")
        elif not ours.app_id or thing.application_id != ours.app_id:
            holder = reading.holder(thing.application_id)
            notes.append(f"{subject} was moved elsewhere and stays there: {holder.words} answers it.")
        else:
            after = reading.holder(before_us) if before_us != ours.app_id else NOTHING
            if after.app_id is not None and after.name is None:
                in_words = subject[:1].lower() + subject[1:]
                notes.append(f"The Application that answered {in_words} before is gone, so nothing will.")
                after = NOTHING
            releases.append(_move(thing, "release", ours, after, None))
    return releases, notes
