"""Who calls a template, and when, so that a walk along its exits meets every rule: beside the usual caller and noon."""

from __future__ import annotations

from datetime import UTC, datetime

# Numbers as Plivo sends them.
CALLERS: dict[str, tuple[str, ...]] = {
    "allow_and_block": ("12025550190", "14155550171"),
    "area_code": ("14155550100", "12125550100", "13125550100"),
}

MOMENTS: dict[str, tuple[datetime, ...]] = {
    key: (
        datetime(2026, 11, 23, 19, 0, tzinfo=UTC),  # a Monday, at work everywhere in America
        datetime(2026, 11, 22, 19, 0, tzinfo=UTC),  # a Sunday
        datetime(2026, 12, 25, 19, 0, tzinfo=UTC),
    )
    for key in ("after_hours", "holidays")
}
