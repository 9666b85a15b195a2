"""What changed for a caller between two flows: setting by setting, link by link, in words. Positions are left out."""

from __future__ import annotations

from flowbuilder.flow.diff.changes import Change, Part, changes_between
from flowbuilder.flow.diff.marks import Marked, marked
from flowbuilder.flow.diff.wording import Wording

__all__ = ["Change", "Marked", "Part", "Wording", "changes_between", "marked"]
