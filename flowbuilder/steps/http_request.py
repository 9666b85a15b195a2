"""Ask a web address, or tell it something, in the middle of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from flowbuilder.flow.expressions import evaluate, fill
from flowbuilder.flow.problems import Problem
from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Outcome, Step
from flowbuilder.steps.values import VARIABLE_NAME, Url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flowbuilder.steps.base import Services

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
MAX_KEPT_TEXT = 2_000


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
    headers: dict[str, str] = fields.mapping("Headers", advanced=True, example={"Accept": "application/json"})
    query: dict[str, str] | None = fields.optional_mapping("Query", example={"phone": "{{ call.from_number }}"})
    json_body: Any = fields.optional_mapping(
        "JSON", kind="json", alias="json", example={"caller": "{{ call.from_number }}"}
    )
    form: dict[str, str] | None = fields.optional_mapping("Form", advanced=True, example={"caller": "1"})
    timeout: int = fields.seconds(
        "Wait for the answer", default=5, most=10, hint="The caller hears silence meanwhile.", example=3
    )
    save: dict[str, str] = fields.mapping(
        "Keep from the answer",
        kind="save",
        hint="A variable, and an expression over response, such as response.json.name.",
        example={"customer": "response.json.name"},
    )

    def exits(self) -> list[str]:
        return ["ok", "failed"]

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
        return frozenset({"response"} if setting == "save" else ())

    def variables_set(self) -> dict[str, frozenset[str]]:
        return {"ok": frozenset(self.save), "failed": frozenset(self.save)}

    def decide(self, values: Mapping[str, Any], services: Services, node_id: str) -> Outcome:
        filled = _filler(values)
        reply = services.http(
            self.method,
            fill(self.url, values),
            headers=filled(self.headers),
            query=filled(self.query),
            json=filled(self.json_body),
            form=filled(self.form),
            timeout=float(self.timeout),
        )
        answer = {"status_code": reply.status, "json": reply.json, "text": reply.text}
        known = {**values, "response": answer}
        variables = {name: evaluate(source, known) for name, source in self.save.items()}
        outputs = {**answer, "text": reply.text[:MAX_KEPT_TEXT]}
        return Outcome("ok" if 200 <= reply.status < 300 else "failed", outputs, variables)

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
