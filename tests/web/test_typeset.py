"""Text on a card fits where it stands, whatever it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.web.typeset import ELLIPSIS, cut, width, wrapped

ROOM = 15_680


@given(st.text(max_size=200), st.integers(2_000, 40_000))
def test_what_was_cut_fits_and_says_so(text: str, room: int) -> None:
    shown = cut(text, room)
    assert width(shown) <= room
    assert shown == text or (shown.endswith(ELLIPSIS) and text.startswith(shown[:-1]))


@given(st.text(st.sampled_from("ab iW,.“” 電\n"), max_size=300), st.integers(1, 3))
def test_lines_fit_and_lose_nothing_but_the_end(text: str, most: int) -> None:
    lines = wrapped(text, ROOM, most)
    assert len(lines) <= most
    assert all(width(line) <= ROOM for line in lines)
    letters = "".join(text.split())
    shown = "".join("".join(lines).split())
    assert shown == letters or (shown.endswith(ELLIPSIS) and letters.startswith(shown[:-1].rstrip()))


def test_a_line_breaks_between_words_where_it_can() -> None:
    assert wrapped("Thank you for calling Harbour Street Clinic.", ROOM, 2) == [
        "Thank you for calling Harbour",
        "Street Clinic.",
    ]
    assert len(wrapped("x" * 400, ROOM, 2)) == 2
    assert wrapped("", ROOM, 2) == []
