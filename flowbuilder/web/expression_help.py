"""Help with expressions in the editor: the builder of rules, the names one setting knows, what a sample call gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from flowbuilder.errors import NotFound
from flowbuilder.steps.hours import Hours
from flowbuilder.web import current
from flowbuilder.web.drafts import DRAFTS
from flowbuilder.web.own_names import names_by_setting
from flowbuilder.web.previews import MOST_FIELDS, preview, sample_at
from flowbuilder.web.rule_builder import DAY_WORDS, RuleView, groups_of_names, rule_view, tests_for

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from flowbuilder.web.inspector import Inspector

expression_help = Blueprint("expression_help", __name__)


@expression_help.post("/flows/<flow_id>/nodes/<node_id>/preview")
def previews(flow_id: str, node_id: str) -> ResponseReturnValue:
    """JSON {"fields": [{"name", "text", "bare"}]}: what each gives as {"from", "fields": [{"kind", "words"}]}."""
    parts = current()
    draft = DRAFTS.at(parts.store, flow_id, parts.store.flows.get(flow_id).revision)
    if node_id not in draft.flow.nodes:
        raise NotFound(f"There is no node {node_id[:64]} any more.")
    posted = request.get_json(silent=True)
    fields = posted.get("fields") if isinstance(posted, dict) else None
    asked = [field for field in fields[:MOST_FIELDS] if isinstance(field, dict)] if isinstance(fields, list) else []
    sample = sample_at(parts, draft, node_id)
    answers = []
    for field in asked:
        setting, text = str(field.get("name", "")).split(".")[0], str(field.get("text", ""))
        given = preview(setting, text, bare=field.get("bare") is True, sample=sample)
        answers.append({"kind": given.kind, "words": given.words})
    return {"from": sample.words, "fields": answers}


@expression_help.app_template_global("names_by_setting")
def _names_by_setting(inspector: Inspector, flow_id: str) -> dict[str, list[str]]:
    """What the fields of a node's form may offer beside the names that are set at the node."""
    if inspector.step_type is None:
        return {}
    return names_by_setting(current(), flow_id, inspector.node, inspector.step_type.type, dict(inspector.values))


@expression_help.app_template_global("rule_view")
def _rule_view(when: object, names: list[str], flow_id: str) -> RuleView:
    """The builder of one rule; a new comparison of the time takes the time zone of the flow's opening hours."""
    return rule_view(when, names, _zone_of(flow_id))


def _zone_of(flow_id: str) -> str:
    store = current().store
    readings = DRAFTS.at(store, flow_id, store.flows.get(flow_id).revision).readings
    return next((reading.step.time_zone for reading in readings.values() if isinstance(reading.step, Hours)), "UTC")


expression_help.add_app_template_global(groups_of_names, "groups_of_names")
expression_help.add_app_template_global(tests_for, "tests_for")


@expression_help.app_context_processor
def _words() -> dict[str, object]:
    return {"day_words": DAY_WORDS}
