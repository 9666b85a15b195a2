"""Ask a web address, or tell it something, in the middle of a call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from flowbuilder.flow.expressions import evaluate, fill, names_in_text
from flowbuilder.flow.problems import Problem
from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Outcome, Step
from flowbuilder.steps.items import Prompt
from flowbuilder.steps.status_exits import StatusExit, exit_for, exits_of, never_taken, status_problems
from flowbuilder.steps.values import VARIABLE_NAME, Url
from flowbuilder.steps.voice_choice import prompt_problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flowbuilder.steps.base import Visit
    from flowbuilder.steps.world import HttpReply, Services

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
MAX_KEPT_TEXT = 2_000
# Seconds that a caller may be left in silence, and with something to hear.
LONGEST_SILENCE, LONGEST_WAIT = 10, 60
# Methods that can be asked twice without doing anything twice.
SAFE = ("GET",)
# How many seconds late a caller may come back for an answer that came in time.
GRACE = 5.0
SECRETS = "secrets"
TOO_LATE = "There was no answer in time."
NO_SECRET = "A secret that the request needs is not there. Add it in the settings."
# Shorter ones are not looked for in what comes back: they would be found everywhere.
LEAST_SECRET = 4


class HttpRequest(Step, type="http_request"):
    label = "Web request"
    group = "Decide"
    icon = "globe"
    summary = "Asks a web address and keeps what it answers."
    outputs = ("status_code", "json", "text")
    silent = True
    acts = True

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = fields.one_of(
        "Method", [(name, name) for name in METHODS], default="GET"
    )
    url: Url = fields.url("Address", required=True, example="https://api.example.com/customers")
    headers: dict[str, str] = fields.mapping(
        "Headers",
        advanced=True,
        hint="{{ secrets.NAME }} stands for a secret of this installation; also in JSON and Form.",
        example={"Accept": "application/json"},
    )
    query: dict[str, str] | None = fields.optional_mapping("Query", example={"phone": "{{ call.from_number }}"})
    json_body: Any = fields.optional_mapping(
        "JSON", kind="json", alias="json", example={"caller": "{{ call.from_number }}"}
    )
    form: dict[str, str] | None = fields.optional_mapping("Form", advanced=True, example={"caller": "1"})
    timeout: int = fields.seconds(
        "Wait for the answer",
        default=5,
        most=LONGEST_WAIT,
        hint=f"At most {LONGEST_SILENCE} s, for the caller hears silence; more with something to hear.",
        example=3,
    )
    filler: list[Prompt] = fields.listing(
        "While it takes long, the caller hears",
        kind="prompt_list",
        most_items=20,
        advanced=True,
        hint="Said again and again until the answer is there. Empty: silence.",
        example=[{"speak": "One moment, please."}, {"wait": 2}],
    )
    save: dict[str, str] = fields.mapping(
        "Keep from the answer",
        kind="save",
        hint="A variable, and an expression over response, such as response.json.name.",
        example={"customer": "response.json.name"},
    )

    statuses: list[StatusExit] = fields.listing(
        "Exits by status",
        kind="statuses",
        most_items=50,
        shapes_exits=True,
        advanced=True,
        hint="404, 4xx or 200-299; the narrowest wins. All others: 2xx leaves by “ok”, the rest by “failed”.",
        example=[{"exit": "unknown", "status": "404"}],
    )

    def exits(self) -> list[str]:
        return exits_of(self.statuses)

    def dead_exits(self) -> frozenset[str]:
        return never_taken(self.statuses)

    def problems(self) -> Iterable[Problem]:
        bodies = [
            name
            for name in ("query", "json", "form")
            if getattr(self, "json_body" if name == "json" else name) is not None
        ]
        if len(bodies) > 1:
            yield Problem(
                "bad-setting",
                f"Use one of query, JSON and form; here are {' and '.join(bodies)}.",
                setting=bodies[1],
            )
        if self.method == "GET" and (self.json_body is not None or self.form is not None):
            yield Problem("bad-setting", "A GET request carries no body. Use POST, or a query.", setting="method")
        yield from status_problems(self.statuses)
        yield from prompt_problems("filler", self.filler)
        if self.timeout > LONGEST_SILENCE and not self.filler:
            yield Problem(
                "bad-setting",
                f"Use at most {LONGEST_SILENCE} s, or give the caller something to hear meanwhile.",
                setting="timeout",
            )
        for name in self.save:
            if not VARIABLE_NAME.match(name):
                yield Problem(
                    "bad-setting",
                    f"“{name[:60]}” cannot be a variable's name. Use letters, digits and _.",
                    setting="save",
                )

    def expressions(self) -> Iterator[tuple[str, str]]:
        for source in self.save.values():
            yield "save", source

    def local_names(self, setting: str) -> frozenset[str]:
        if setting in ("headers", "json", "form"):
            return frozenset({SECRETS})
        return frozenset({"response"} if setting == "save" else ())

    def variables_set(self) -> dict[str, frozenset[str]]:
        return dict.fromkeys(self.exits(), frozenset(self.save))

    def decide(self, values: Mapping[str, Any], services: Services, node_id: str) -> Outcome:
        secrets = self._secrets(services)
        if secrets is None:
            return self._unanswered(values, NO_SECRET)
        timeout = float(min(self.timeout, LONGEST_SILENCE))
        reply = services.http(self.method, **self._request(values, secrets), timeout=timeout)
        return self._answered(reply, secrets, values)

    def meanwhile(self) -> list[Prompt]:
        return self.filler

    def ask(self, values: Mapping[str, Any], services: Services, node_id: str, visit: Visit) -> Outcome:
        """Begins the request, or looks whether it has been answered.

        What another process began, or this one before a restart, is asked again where that does nothing twice.
        """
        secrets = self._secrets(services)
        left = self.timeout - visit.seconds
        if secrets is None or left + GRACE < 0:
            return self._unanswered(values, NO_SECRET if secrets is None else TOO_LATE)
        lost = False
        try:
            if not visit.began:
                raise LookupError(visit.key)
            reply = services.http_begun(visit.key)
        except LookupError:
            lost = visit.began
            if lost and (self.method not in SAFE or left <= 0):
                return replace(self._outcome(0, None, "", values), lost=True)
            services.begin_http(visit.key, self.method, **self._request(values, secrets), timeout=left)
            reply = services.http_begun(visit.key)
        outcome = Outcome(None, waits=True) if reply is None else self._answered(reply, secrets, values)
        return replace(outcome, lost=lost)

    def _request(self, values: Mapping[str, Any], secrets: dict[str, str]) -> dict[str, Any]:
        """The request with everything filled in, but for its method and its time."""
        filled, with_secrets = _filler(values), _filler({**values, SECRETS: secrets})
        return {
            "url": fill(self.url, values),
            "headers": with_secrets(self.headers),
            "query": filled(self.query),
            "json": with_secrets(self.json_body),
            "form": with_secrets(self.form),
        }

    def _answered(self, reply: HttpReply, secrets: dict[str, str], values: Mapping[str, Any]) -> Outcome:
        told = [secret for secret in secrets.values() if len(secret) >= LEAST_SECRET]
        outcome = self._outcome(reply.status, _without(reply.json, told), _without(reply.text, told), values)
        return replace(outcome, reason=_without(reply.reason, told))

    def _unanswered(self, values: Mapping[str, Any], reason: str) -> Outcome:
        return replace(self._outcome(0, None, "", values), reason=reason)

    def _secrets(self, services: Services) -> dict[str, str] | None:
        """The secrets that the request needs, by name; None where there is one that is not known."""
        names = dict.fromkeys(_secret_names([self.headers, self.json_body, self.form]))
        found = {name: services.secret(name) for name in names}
        known = {name: secret for name, secret in found.items() if secret is not None}
        return known if len(known) == len(found) else None

    def _outcome(self, status: int, json: Any, text: str, values: Mapping[str, Any]) -> Outcome:
        answer = {"status_code": status, "json": json, "text": text}
        known = {**values, "response": answer}
        variables = {name: evaluate(source, known) for name, source in self.save.items()}
        outputs = {**answer, "text": text[:MAX_KEPT_TEXT]}
        return Outcome(exit_for(status, self.statuses), outputs, variables)

    def card(self) -> Card:
        return Card(self.method, [self.url] if self.url else [])


def _filler(values: Mapping[str, Any]) -> Any:
    def filled(value: Any) -> Any:
        if isinstance(value, str):
            return fill(value, values)
        if isinstance(value, dict):
            return {fill(str(key), values): filled(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [filled(inner) for inner in value]
        return value

    return filled


def _secret_names(value: Any) -> Iterator[str]:
    """The names of the secrets that texts ask for."""
    if isinstance(value, str):
        for path in names_in_text(value):
            if path[0] == SECRETS and len(path) > 1:
                yield path[1]
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _secret_names(key)
            yield from _secret_names(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _secret_names(inner)


def _without(value: Any, secrets: list[str]) -> Any:
    """What came back, without secrets that it repeats: they must not get into the call."""
    if not secrets:
        return value
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, "")
        return value
    if isinstance(value, dict):
        return {_without(key, secrets): _without(inner, secrets) for key, inner in value.items()}
    return [_without(inner, secrets) for inner in value] if isinstance(value, list) else value
