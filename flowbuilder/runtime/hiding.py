"""Shows secret values as dots, wherever they have gone: what a trace may hold of outputs and variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

DOTS = "••••"


def hidden(value: Any, secrets: Collection[str]) -> Any:
    """The value, with dots for every text and number in it that holds one of the secrets."""
    if not secrets:
        return value
    if isinstance(value, dict):
        return {hidden(key, secrets): hidden(inner, secrets) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [hidden(inner, secrets) for inner in value]
    if value is None or isinstance(value, bool):
        return value
    return DOTS if any(secret in str(value) for secret in secrets) else value
