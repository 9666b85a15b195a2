"""Custom SIP headers: which names and values Plivo passes on (plivo-xml.md, section 11), and how they are written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowbuilder.flow.expressions import has_expression
from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Plivo drops these without a word, in any case of letters.
DROPPED = ("plivo", "sipauth", "twilio", "clientregion")


def header_problems(setting: str, headers: Mapping[str, str]) -> Iterator[Problem]:
    """What is wrong with headers, reported at the setting."""
    for name, value in headers.items():
        if name.lower().startswith(DROPPED):
            message = f"Plivo drops the SIP header {name[:40]}. Give it another name."
            yield Problem("bad-setting", message, setting=setting)
        elif not re.fullmatch(r"[A-Za-z0-9]{1,24}", name):
            message = f"“{name[:40]}” cannot be a SIP header's name. Use up to 24 letters and digits."
            yield Problem("bad-setting", message, setting=setting)
        elif not has_expression(value) and not re.fullmatch(r"[A-Za-z0-9%]{1,120}", value):
            message = f"The value of {name} may hold letters, digits and % only."
            yield Problem("bad-setting", message, setting=setting)


def spell_headers(headers: Mapping[str, str]) -> str | None:
    """The headers as an attribute holds them; None where there are none."""
    return ",".join(f"{name}={value}" for name, value in headers.items()) or None
