"""Go on in another language of the flow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowbuilder.flow.expressions import fill
from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Outcome, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowbuilder.steps.world import Services

# The name under `vars` that keeps the language of the call.
LANGUAGE = "language"


class ChooseLanguage(Step, type="choose_language"):
    label = "Language"
    group = "Decide"
    icon = "globe"
    summary = "Goes on in another language of the flow."
    silent = True

    language: str = fields.text(
        "Go on in",
        max_length=200,
        required=True,
        hint="A code of the flow's languages such as de-DE, or an expression such as {{ lookup.json.language }}.",
        example="de-DE",
    )

    def variables_set(self) -> dict[str, frozenset[str]]:
        return {"next": frozenset({LANGUAGE})}

    def decide(self, values: Mapping[str, Any], services: Services, node_id: str) -> Outcome:
        return Outcome("next", variables={LANGUAGE: fill(self.language, values).strip()})

    def card(self) -> Card:
        return Card(self.language)
