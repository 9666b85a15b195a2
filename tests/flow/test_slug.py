from __future__ import annotations

import pytest

from flowbuilder.flow.slug import slug


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Clinic main line", "clinic-main-line"),
        ("  Ärzte & Söhne! ", "arzte-sohne"),
        ("电话", "flow"),
        ("", "flow"),
        ("x" * 39 + " yz", "x" * 39),
        ("../../etc/passwd", "etc-passwd"),
    ],
)
def test_a_slug_is_ascii_short_and_never_empty(name: str, expected: str) -> None:
    assert slug(name) == expected
