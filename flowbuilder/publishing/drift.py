"""What publishing set up and what the account says now, compared; and the plans that take it back or accept it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from flowbuilder.publishing.account import Account, PlivoEndpoint, PlivoNumber, digits_of
from flowbuilder.publishing.application_fields import differing, held
from flowbuilder.publishing.changes import ApplicationChange, EndpointChange, Holder, NumberChange, Plan
from flowbuilder.publishing.desired import Desired
from flowbuilder.publishing.plan import make_plan
from flowbuilder.publishing.reading import Reading

Json = dict[str, Any]
Kind = Literal[
    "number_moved",
    "number_gone",
    "number_detached",
    "endpoint_moved",
    "endpoint_gone",
    "endpoint_detached",
    "field_changed",
    "application_deleted",
]
NUMBER_KINDS: tuple[Kind, Kind, Kind] = ("number_moved", "number_gone", "number_detached")
ENDPOINT_KINDS: tuple[Kind, Kind, Kind] = ("endpoint_moved", "endpoint_gone", "endpoint_detached")


@dataclass(frozen=True)
class Facts:
    """What a deployment believes to be live: its Application, what that should hold, and what it answers.

    `numbers` are {"number", "previous_app_id"}, `endpoints` {"endpoint_id", "username", "previous_app_id"}.
    `accepted` are fields that somebody has changed in Plivo's console and that are to stay so.
    """

    app_id: str
    app_name: str
    desired: Desired
    numbers: Sequence[Mapping[str, Any]] = ()
    endpoints: Sequence[Mapping[str, Any]] = ()
    accepted: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fields(self) -> Json:
        return {**self.desired.fields, **self.accepted}


@dataclass(frozen=True)
class Drift:
    """One difference. `subject` is the number (with +), the endpoint's id, the field, or the Application's name.

    `before` is what we set and `after` what is there: values of a field, ids of Applications (None for nothing).
    """

    kind: Kind
    subject: str
    before: Any
    after: Any
    sentence: str

    def to_json(self) -> Json:
        return {
            "kind": self.kind,
            "subject": self.subject,
            "from": self.before,
            "to": self.after,
            "sentence": self.sentence,
        }


def find_drifts(account: Account, deployments: Sequence[Facts]) -> list[list[Drift]]:
    """As `find_drift` for each of an account's deployments; what they share is read once."""
    reading = Reading(account)
    reading.numbers([digits_of(str(item["number"])) for facts in deployments for item in facts.numbers])
    reading.endpoints([str(item["endpoint_id"]) for facts in deployments for item in facts.endpoints])
    return [find_drift(account, facts, reading) for facts in deployments]


def find_drift(account: Account, facts: Facts, reading: Reading | None = None) -> list[Drift]:
    """What is not in the account as `facts` have it; raises PlivoRefused when the account cannot be read.

    Reads the Application, and its numbers and endpoints one by one or from their lists, whichever takes fewer
    requests; what a fresh `reading` already holds is not read again.
    """
    reading = reading or Reading(account)
    application = reading.application(facts.app_id)
    if application is None:
        gone = f"The Application {facts.app_name} was deleted in Plivo's console: its numbers reach nothing of ours."
        return [Drift("application_deleted", facts.app_name, facts.app_id, None, gone)]
    return [*_changed_fields(application, facts), *_moved(reading, facts)]


def take_back(account: Account, facts: Facts) -> Plan:
    """What sets everything up again as `facts` have it. What is not in the account any more is left out and noted."""
    reading = Reading(account)
    found_numbers = reading.numbers([digits_of(str(item["number"])) for item in facts.numbers])
    found_endpoints = reading.endpoints([str(item["endpoint_id"]) for item in facts.endpoints])
    desired = replace(facts.desired, fields=facts.fields)
    plan = make_plan(
        account,
        desired,
        list(found_numbers),
        facts.app_id,
        facts.numbers,
        endpoints=list(found_endpoints),
        known_endpoints=facts.endpoints,
    )
    notes = [
        f"{item['number']} is not in this Plivo account any more."
        for item in facts.numbers
        if digits_of(str(item["number"])) not in found_numbers
    ]
    notes += [
        f"The SIP endpoint {item.get('username') or item['endpoint_id']} is not in this Plivo account any more."
        for item in facts.endpoints
        if str(item["endpoint_id"]) not in found_endpoints
    ]
    return replace(plan, notes=(*plan.notes, *notes))


def accept(auth_id: str, facts: Facts, drifts: Iterable[Drift]) -> Plan:
    """Takes the account as it is: changes nothing there, and its outcome is what is ours from now on.

    Numbers and endpoints that went elsewhere are ours no more; with a deleted Application nothing is (the
    outcome's `app_id` is None). What to keep of changed fields, `accepted_fields` tells.
    """
    drifts = list(drifts)
    deleted = any(drift.kind == "application_deleted" for drift in drifts)
    lost = {drift.subject for drift in drifts if drift.kind.startswith(("number_", "endpoint_"))}
    ours = Holder(facts.app_id, facts.app_name)
    numbers = [
        NumberChange("keep", digits_of(str(item["number"])), ours, ours, item.get("previous_app_id"))
        for item in facts.numbers
        if not deleted and f"+{digits_of(str(item['number']))}" not in lost
    ]
    endpoints = [
        EndpointChange(
            "keep", str(item["endpoint_id"]), str(item.get("username")), ours, ours, item.get("previous_app_id")
        )
        for item in facts.endpoints
        if not deleted and str(item["endpoint_id"]) not in lost
    ]
    return Plan(
        auth_id,
        ApplicationChange("keep", None if deleted else facts.app_id, facts.app_name),
        tuple(numbers),
        tuple(drift.sentence for drift in drifts),
        tuple(endpoints),
    )


def accepted_fields(drifts: Iterable[Drift]) -> Json:
    """The fields that were changed, as they are now: what `Facts.accepted` takes once they are accepted."""
    return {drift.subject: drift.after for drift in drifts if drift.kind == "field_changed"}


def _changed_fields(application: Json, facts: Facts) -> list[Drift]:
    wanted = facts.fields
    if "message_url" not in wanted and held(application, "message_url").startswith(facts.desired.flow_url):
        # One of this flow's, but of a version that is not live.
        wanted = {**wanted, "message_url": ""}
    return [
        Drift(
            "field_changed",
            name,
            value,
            held(application, name),
            f"{name} of the Application {facts.app_name} is {_shown(held(application, name))} now, "
            f"not {_shown(value)}: somebody has changed it.",
        )
        for name, value in differing(application, wanted).items()
    ]


def _moved(reading: Reading, facts: Facts) -> Iterator[Drift]:
    """The numbers and endpoints that our Application does not answer any more."""
    numbers = [digits_of(str(item["number"])) for item in facts.numbers]
    endpoints = {str(item["endpoint_id"]): str(item.get("username") or item["endpoint_id"]) for item in facts.endpoints}
    found_numbers, found_endpoints = reading.numbers(numbers), reading.endpoints(list(endpoints))
    looked_at: list[tuple[tuple[Kind, Kind, Kind], str, str, PlivoNumber | PlivoEndpoint | None]]
    looked_at = [(NUMBER_KINDS, f"+{digits}", f"+{digits}", found_numbers.get(digits)) for digits in numbers]
    looked_at += [
        (ENDPOINT_KINDS, id, f"The SIP endpoint {name}", found_endpoints.get(id)) for id, name in endpoints.items()
    ]
    for (moved, gone, detached), subject, words, thing in looked_at:
        if thing is None:
            yield Drift(gone, subject, facts.app_id, None, f"{words} is not in this Plivo account any more.")
        elif thing.application_id is None:
            yield Drift(detached, subject, facts.app_id, None, f"{words} was detached: nothing answers it now.")
        elif thing.application_id != facts.app_id:
            holder = reading.holder(thing.application_id)
            sentence = f"{words} was moved: {holder.words} answers it now."
            yield Drift(moved, subject, facts.app_id, holder.app_id, sentence)


def _shown(value: Any) -> str:
    return "empty" if value == "" else str(value).lower() if isinstance(value, bool) else str(value)
