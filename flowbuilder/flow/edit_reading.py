"""Reads the parts of an edit: plain data that comes from a browser, or from anyone.

What is not as it should be raises ValueError with the end of a sentence; `edits.apply_edit` makes a refusal of it.
"""

from __future__ import annotations

import json
from typing import Any

from flowbuilder.errors import EditRefused, FlowFileError
from flowbuilder.flow.model import MAX_COORDINATE, check_values

Edit = dict[str, Any]

DEPTH_IN_FILE = 4  # how far below the top of the file the settings of an edit come to stand


def plain_edit(edit: object) -> Edit:
    """The edit as JSON has it: a copy that nobody else can change. Raises EditRefused where a file cannot carry it."""
    if not isinstance(edit, dict):
        raise EditRefused("An edit is an object that names its op. Load the page again and repeat it.")
    try:
        plain: Edit = json.loads(json.dumps(edit, allow_nan=False))
        check_values(plain, DEPTH_IN_FILE)
    except (RecursionError, FlowFileError) as error:
        raise EditRefused("The values of this edit nest too deeply for a flow file. Make them flatter.") from error
    except (TypeError, ValueError) as error:
        raise EditRefused(f"This edit holds a value that a flow file cannot carry: {error}. Replace it.") from error
    return plain


def text_in(edit: Edit, name: str) -> str:
    """A text that must be there."""
    value = edit.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"its “{name}” must be text")
    return value


def texts_in(edit: Edit, name: str) -> list[str]:
    """A list of texts; empty where it is absent."""
    value = edit.get(name) or []
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise ValueError(f"its “{name}” must be a list of texts")
    return value


def mapping_in(edit: Edit, name: str) -> dict[str, Any]:
    """Names, each with any value; empty where it is absent."""
    value = edit.get(name) or {}
    if not isinstance(value, dict):
        raise ValueError(f"its “{name}” must be an object")
    return dict(value)


def text_mapping_in(edit: Edit, name: str) -> dict[str, str]:
    """Names, each with a text; empty where it is absent."""
    value = mapping_in(edit, name)
    if not all(isinstance(part, str) for part in value.values()):
        raise ValueError(f"its “{name}” must be an object of texts")
    return value


def position_in(place: object) -> tuple[float, float]:
    """A place on the canvas, [x, y], rounded to whole numbers."""
    if not isinstance(place, list) or len(place) != 2 or not all(isinstance(part, int | float) for part in place):
        raise ValueError("a position must be two numbers, [x, y]")
    if any(abs(part) > MAX_COORDINATE for part in place):
        raise EditRefused("That is too far out on the canvas.")
    return (round(place[0]), round(place[1]))
