"""Compares an account with what it should hold, and says what publishing or unpublishing would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flowbuilder.errors import FlowbuilderError, PlivoRefused
from flowbuilder.publishing.account import Account, PlivoNumber, digits_of
from flowbuilder.publishing.changes import NOTHING, ApplicationChange, FieldChange, Holder, NumberChange, Plan
from flowbuilder.publishing.desired import Desired

Json = dict[str, Any]


class _Reading:
    """What has been read of the account so far, so that nothing is asked twice."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._names: dict[str, str | None] = {}

    def application(self, app_id: str) -> Json | None:
        """An Application, or None when the account has none of that id."""
        try:
            found = self.account.get_application(app_id)
        except PlivoRefused as refusal:
            if refusal.status != 404:
                raise
            self._names[app_id] = None
            return None
        self.remember([found])
        return found

    def applications_named(self, name: str) -> list[Json]:
        """The Applications of exactly this name. A small account is read whole, foreign names and all."""
        page = self.account.applications_page()
        self.remember(page.objects)
        objects = page.objects if page.next_query is None else self.account.list_applications(name_prefix=name)
        return [item for item in objects if item.get("app_name") == name]

    def remember(self, objects: Iterable[Json]) -> None:
        for item in objects:
            self._names[str(item.get("app_id"))] = str(item.get("app_name") or item.get("app_id"))

    def holder(self, app_id: str | None) -> Holder:
        if app_id is None:
            return NOTHING
        if app_id not in self._names:
            self.application(app_id)
        return Holder(app_id, self._names[app_id])

    def numbers(self, wanted: Sequence[str]) -> dict[str, PlivoNumber]:
        """Those of the wanted numbers (digits) that the account has."""
        listed = self.account.numbers_page() if len(wanted) > 1 else []
        found = {number.number: number for number in listed if number.number in wanted}
        for digits in wanted:
            if digits in found:
                continue
            try:
                found[digits] = self.account.get_number(digits)
            except PlivoRefused as refusal:
                if refusal.status != 404:
                    raise
        return found


def make_plan(
    account: Account,
    desired: Desired,
    numbers: Sequence[str],
    known_app_id: str | None = None,
    known_numbers: Sequence[Mapping[str, Any]] = (),
    release_others: bool = False,
) -> Plan:
    """Reads the account and gives what has to change for `desired` to answer `numbers`.

    `known_app_id` and `known_numbers` ({"number", "previous_app_id"}) are what an earlier publishing left.
    With `release_others` the known numbers that are not wanted any more go back to what they had. Raises
    FlowbuilderError for a number that is not in the account or takes no calls.
    """
    reading = _Reading(account)
    wanted = _distinct(numbers)
    previous = {digits_of(str(item["number"])): item.get("previous_app_id") for item in known_numbers}
    others = [digits for digits in previous if digits not in wanted] if release_others else []
    existing = _existing_application(reading, desired, known_app_id, wanted)
    found = reading.numbers([*wanted, *others])
    _refuse_useless(wanted, found)
    application = _application_change(desired, existing)
    ours = Holder(application.app_id or "", application.app_name)
    changes = [_attachment(reading, found[digits], ours, previous.get(digits)) for digits in wanted]
    releases, notes = _releases(reading, {digits: previous[digits] for digits in others}, found, ours)
    return Plan(account.auth_id, application, (*changes, *releases), tuple(notes))


def unpublish_plan(
    account: Account, app_id: str, numbers: Sequence[Mapping[str, Any]], delete_application: bool = False
) -> Plan:
    """What gives the `numbers` ({"number", "previous_app_id"}) of an Application back what they had.

    A number that somebody has moved since is left alone. The Application stays, because SIP endpoints or
    other numbers may use it, unless `delete_application`; then it is refused while another number still does.
    """
    reading = _Reading(account)
    existing = reading.application(app_id)
    previous = {digits_of(str(item["number"])): item.get("previous_app_id") for item in numbers}
    ours = reading.holder(app_id)
    found = reading.numbers(list(previous))
    releases, notes = _releases(reading, previous, found, ours)
    name = ours.name or app_id
    if delete_application and existing is not None:
        released = {release.number for release in releases}
        users = [n.number for n in account.list_numbers() if n.application_id == app_id and n.number not in released]
        if users:
            listed = ", ".join(f"+{number}" for number in users)
            raise FlowbuilderError(f"The Application {name} still answers {listed}. Move those first, or keep it.")
    action = ApplicationChange("delete" if delete_application and existing is not None else "keep", app_id, name)
    return Plan(account.auth_id, action, tuple(releases), tuple(notes))


def _distinct(numbers: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(digits_of(number) for number in numbers))


def _existing_application(
    reading: _Reading, desired: Desired, known_app_id: str | None, wanted: list[str]
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


def _application_change(desired: Desired, existing: Json | None) -> ApplicationChange:
    if existing is None:
        fields = {"app_name": desired.app_name, **desired.fields, **desired.first_fields}
        changes = tuple(FieldChange(name, None, value) for name, value in desired.fields.items())
        return ApplicationChange("create", None, desired.app_name, changes, fields)
    wanted = dict(desired.fields)
    if "message_url" not in wanted and str(existing.get("message_url") or "").startswith(desired.flow_url):
        # An earlier version took messages, this one does not. Somebody else's message URL stays.
        wanted["message_url"] = ""
    changes = tuple(
        FieldChange(name, existing.get(name), value)
        for name, value in wanted.items()
        if (existing.get(name) or "") != value
    )
    fields = {change.field: change.after for change in changes}
    name = str(existing.get("app_name") or desired.app_name)
    return ApplicationChange("change" if changes else "keep", str(existing["app_id"]), name, changes, fields)


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


def _attachment(reading: _Reading, number: PlivoNumber, ours: Holder, known_previous: str | None) -> NumberChange:
    if ours.app_id and number.application_id == ours.app_id:
        return NumberChange("keep", number.number, ours, ours, known_previous)
    before = reading.holder(number.application_id)
    return NumberChange("attach", number.number, before, ours, number.application_id)


def _releases(
    reading: _Reading, previous: Mapping[str, str | None], found: Mapping[str, PlivoNumber], ours: Holder
) -> tuple[list[NumberChange], list[str]]:
    releases, notes = [], []
    for digits, before_us in previous.items():
        number = found.get(digits)
        if number is None:
            notes.append(f"+{digits} is not in this Plivo account any more.")
        elif not ours.app_id or number.application_id != ours.app_id:
            holder = reading.holder(number.application_id)
            notes.append(f"+{digits} was moved elsewhere and stays there: {holder.words} answers it.")
        else:
            after = reading.holder(before_us) if before_us != ours.app_id else NOTHING
            if after.app_id is not None and after.name is None:
                notes.append(f"The Application that answered +{digits} before is gone, so nothing will.")
                after = NOTHING
            releases.append(NumberChange("release", digits, ours, after))
    return releases, notes
