"""Help with expressions in the editor: the builder of rules, the names one setting knows, what a sample call gives."""

from __future__ import annotations

from flask import Blueprint

from flowbuilder.steps.hours import Hours
from flowbuilder.web import current
from flowbuilder.web.drafts import DRAFTS
from flowbuilder.web.rule_builder import DAY_WORDS, RuleView, groups_of_names, rule_view, tests_for

expression_help = Blueprint("expression_help", __name__)


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
