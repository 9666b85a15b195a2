"""`no-way-to-repeat`: no choice leads back to the menu."""

from __future__ import annotations

from tests.checks.drawing import drawn, hang_up, menu, nodes_with, ring, say

CODE = "no-way-to-repeat"


def test_told_of_a_menu_whose_choices_all_lead_on() -> None:
    assert nodes_with(drawn("a", a=menu("x", x="b", no_input="a"), b=hang_up()), CODE) == ["a"]


def test_a_choice_that_leads_straight_back_is_a_way() -> None:
    assert nodes_with(drawn("a", a=menu("x again", x="b", again="a"), b=hang_up()), CODE) == []


def test_a_choice_that_leads_back_by_way_of_a_prompt_is_one() -> None:
    assert nodes_with(drawn("a", a=say(next="m"), m=menu("again", again="a")), CODE) == []


def test_a_choice_that_comes_back_only_after_more_than_prompts_is_none() -> None:
    assert nodes_with(drawn("m", m=menu("x", x="r"), r=ring(busy="m", otherwise="m", completed="m")), CODE) == ["m"]
    assert nodes_with(drawn("m", m=menu("x", x="s"), s=say(next="t"), t=say(next="s")), CODE) == ["m"]


def test_a_question_without_choices_is_no_menu() -> None:
    assert nodes_with(drawn("a", a=menu("")), CODE) == []
