"""Comparisons that a form shows: what is built is read back the same, and what is read means what stood there."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.flow.comparison_reading import CLOCK
from flowbuilder.flow.comparisons import (
    BARE,
    LISTS,
    NOT_IN_VALUES,
    ORDER,
    TESTS,
    Comparison,
    Condition,
    build,
    listed,
    missing_in,
    read,
)
from flowbuilder.flow.expression_sandbox import DAYS
from flowbuilder.flow.expressions import check_expression, is_true, tree_of_expression

SUBJECTS = ["menu.digits", "call.from_number", "vars.owner", "lookup.json.a.b", "call.headers['X-Desk']"]
VALUES: dict[str, Any] = {
    "call": {"from_number": "+12025550123", "time": "2026-11-23T17:30:00+00:00", "headers": {}},
    "menu": {"digits": "42"},
    "vars": {"owner": "Ada Lovelace", "balance": 12.5, "zero": 0},
}
TIMES = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda time: f"{time[0]:02d}:{time[1]:02d}")
TEXTS = st.text(max_size=20).map(lambda text: NOT_IN_VALUES.sub("", text)) | st.text("{}'\"\\%#ab", max_size=8)


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    test = draw(st.sampled_from([*(test for tests in TESTS.values() for test in tests), "time_between", "day_in"]))
    zone = draw(st.sampled_from(["UTC", "Europe/Berlin"]))
    if test == "time_between":
        return Comparison(CLOCK, test, (draw(TIMES), draw(TIMES)), zone)
    if test == "day_in":
        chosen = draw(st.sets(st.sampled_from(DAYS)))
        return Comparison(CLOCK, test, tuple(day for day in DAYS if day in chosen), zone)
    subject = draw(st.sampled_from(SUBJECTS))
    if test in BARE:
        return Comparison(subject, test)
    if test in LISTS:
        typed = ", ".join(draw(st.lists(TEXTS.filter(str.strip), min_size=1, max_size=4)))
        return Comparison(subject, test, listed(typed, test) or ("1",))
    if test in ORDER:
        number = st.integers(-(10**12) + 1, 10**12 - 1).map(str)
        decimal = st.decimals(-999, 999, places=3).map(str)
        return Comparison(subject, test, (draw(number | decimal.map(lambda text: str(float(text))) | TEXTS),))
    value = draw(TEXTS)
    return Comparison(subject, test, (value.lower() if test == "contains" else value,))


@given(parts=st.lists(comparisons(), min_size=1, max_size=10), join=st.sampled_from(["and", "or"]))
def test_what_is_built_is_read_back_the_same(parts: list[Comparison], join: Any) -> None:
    condition = Condition(tuple(parts), join if len(parts) > 1 else "and")
    written = build(condition)
    check_expression(written)
    assert read(written) == condition


PIECES = ["a.b", "c", "'x'", "'1,2'", "5", "2.50", "1e30", "true", "==", "!=", "<", "<=", "in", "not in", "not", "and"]
PIECES += ["or", "(", ")", "['a', 'b']", "['+1']", "|number", "|string", "|lower", ".startswith('1')", ".lstrip('+')"]
PIECES += ["call.time", "|time_in('UTC')", "|day_in('UTC')", "'09:00'", "''", "-", ".startswith(('1', '2'))"]


@given(source=st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join))
def test_whatever_is_read_means_what_stood_there(source: str) -> None:
    condition = read(source)
    if condition is not None:
        assert tree_of_expression(build(condition)) == tree_of_expression(source)


@pytest.mark.parametrize(
    "source",
    [
        "menu.digits == '1'",
        "menu.digits=='1' and vars.owner",
        "call.from_number.lstrip('+').startswith('1415') or call.from_number.lstrip('+').startswith('1510')",
        "call.from_number.lstrip('+') in ['12025550190', '12025550191']",
        "vars.balance|number >= 2.5",
        "not '06:00' <= call.time|time_in('Europe/Berlin') < '22:00'",
    ],
)
def test_the_common_ones_are_shown_whoever_wrote_them(source: str) -> None:
    assert read(source) is not None


@pytest.mark.parametrize(
    "source",
    [
        "",
        "menu.digits ==",
        "menu.digits|int in [4, 5]",
        "vars.a and vars.b or vars.c",
        "vars.a and (vars.b and vars.c)",
        "vars.a == vars.b",
        "'A' in vars.owner|lower",
        "vars.a in ['1,2']",
        "vars.a|number > 1e30",
        "vars.a|number == true",
        "call.time == ''",
        "menu.digits|number(1) > 2",
        "not menu.digits == '1'",
        " and ".join(["vars.a"] * 11),
    ],
)
def test_anything_else_stays_the_expression_that_it_is(source: str) -> None:
    assert read(source) is None


@pytest.mark.parametrize(
    ("part", "holds"),
    [
        (Comparison("menu.digits", "is", ("42",)), True),
        (Comparison("menu.digits", "starts", ("4",)), True),
        (Comparison("menu.digits", "over", ("41.5",)), True),
        (Comparison("menu.digits", "under", ("42",)), False),
        (Comparison("vars.owner", "contains", ("love",)), True),
        (Comparison("vars.owner", "one_of", ("Ada", "Eve")), False),
        (Comparison("call.from_number", "number_in", ("12025550123",)), True),
        (Comparison("call.from_number", "number_starts", ("1415", "1202")), True),
        (Comparison("vars.zero", "set"), True),
        (Comparison("vars.zero", "true"), False),
        (Comparison("vars.nobody", "set"), False),
        (Comparison("vars.nobody", "not_set"), True),
        (Comparison("vars.nobody", "under", ("5",)), False),
        (Comparison("vars.nobody", "equals", ("0",)), False),
        (Comparison("vars.nobody", "starts", ("",)), False),
        (Comparison(CLOCK, "time_between", ("17:30", "18:00"), "UTC"), True),
        (Comparison(CLOCK, "time_between", ("09:00", "17:30"), "UTC"), False),
        (Comparison(CLOCK, "time_between", ("22:00", "06:00"), "UTC"), False),
        (Comparison(CLOCK, "time_between", ("02:00", "06:00"), "Asia/Tokyo"), True),
        (Comparison(CLOCK, "day_in", ("mon",), "America/Los_Angeles"), True),
        (Comparison(CLOCK, "day_in", ("tue",), "Asia/Tokyo"), True),
    ],
)
def test_each_holds_for_the_calls_that_its_words_name(part: Comparison, holds: bool) -> None:
    assert is_true(build(Condition((part,))), VALUES) is holds
    # What is missing must not keep the others from being judged.
    assert is_true(build(Condition((part, Comparison("menu.digits", "is", ("42",))), "or")), VALUES) is True


def test_numbers_are_listed_without_the_marks_that_people_write() -> None:
    assert listed("+1 (202) 555-0123, 0049.30\n12025550123", "number_in") == ("12025550123", "004930")
    assert listed(" a b ,, c ", "one_of") == ("a b", "c")


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (Comparison("a.b", "starts", ("",)), "Write what a.b is compared with."),
        (Comparison("a.b", "one_of"), "Write what a.b is compared with."),
        (Comparison("a.b", "over", ("ten",)), "“ten” is no number"),
        (Comparison("a.b", "over", ("",)), "Write the number"),
        (Comparison(CLOCK, "day_in", (), "UTC"), "Choose the days."),
        (Comparison(CLOCK, "time_between", ("09:00", ""), "UTC"), "from when to when"),
        (Comparison(CLOCK, "time_between", ("09:00", "09:00"), "UTC"), "no time at all"),
    ],
)
def test_what_is_still_to_be_filled_in_is_said(part: Comparison, words: str) -> None:
    assert words in str(missing_in(part))
    assert missing_in(Comparison("a.b", "is", ("",))) is None
