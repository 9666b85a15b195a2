"""What can be wrong with a flow, as data (contract section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "hint"]

ERRORS = (
    "no-entry",
    "unknown-node",
    "unknown-step",
    "unknown-exit",
    "bad-setting",
    "bad-expression",
    "duplicate-choice",
    "silent-loop",
    "trapped-caller",
    "document-too-large",
)
WARNINGS = (
    "endless-repeat",
    "unreachable-node",
    "no-input-unhandled",
    "variable-before-set",
    "never-continues",
    "wrong-entry-step",
    "missing-translation",
)
HINTS = ("ends-here", "long-menu", "no-way-to-repeat", "long-prompt")

SEVERITY: dict[str, Severity] = {
    **dict.fromkeys(ERRORS, "error"),
    **dict.fromkeys(WARNINGS, "warning"),
    **dict.fromkeys(HINTS, "hint"),
}

# What no check can find, because checks look at one flow: its place among the others (`web.flow_uses`).
BETWEEN_FLOWS: dict[str, Severity] = {"flow-cycle": "error", "unknown-flow": "warning"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where it is, and a sentence that says what to do about it.

    `setting` names a whole setting; `path` points into it where it is a list: `to.0.number`.
    """

    code: str
    message: str
    node: str | None = None
    exit: str | None = None
    setting: str | None = None
    path: str | None = None

    @property
    def severity(self) -> Severity:
        return SEVERITY.get(self.code) or BETWEEN_FLOWS[self.code]

    @property
    def blocks(self) -> bool:
        """Whether it stops compiling and publishing."""
        return self.severity == "error"

    def to_json(self) -> dict[str, str | None]:
        return {
            "code": self.code,
            "severity": self.severity,
            "node": self.node,
            "exit": self.exit,
            "setting": self.setting,
            "message": self.message,
        }
