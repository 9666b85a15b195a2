"""The shapes of Plivo's answers (plivo-api.md 1.2 and 1.3)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flowbuilder.sandbox.arguments import whole_number

Json = dict[str, Any]
LONGEST_PAGE = 20


@dataclass(frozen=True)
class Answer:
    """A status and a JSON body; 204 has none."""

    status: int
    body: Json | None = None


def api_id() -> str:
    """Names one request, as Plivo's support asks for it."""
    return str(uuid.uuid4())


def found(item: Mapping[str, Any]) -> Answer:
    return Answer(200, {"api_id": api_id(), **item})


def created(**facts: Any) -> Answer:
    return Answer(201, {"api_id": api_id(), "message": "created", **facts})


def changed(message: str = "changed") -> Answer:
    return Answer(202, {"api_id": api_id(), "message": message})


def deleted() -> Answer:
    return Answer(204)


def failed(status: int, error: str) -> Answer:
    return Answer(status, {"api_id": api_id(), "error": error})


def page(uri: str, args: Mapping[str, Any], items: Sequence[Json]) -> Answer:
    """One page of `items`. `args` holds limit, offset and the filters, which next and previous repeat."""
    limit = whole_number(args, "limit", 1, LONGEST_PAGE, LONGEST_PAGE)
    offset = whole_number(args, "offset", 0, None, 0)
    total = len(items)

    def link(start: int) -> str:
        filters = {name: value for name, value in args.items() if name not in ("limit", "offset")}
        return f"{uri}?{urlencode({**filters, 'limit': limit, 'offset': start})}"

    meta = {
        "limit": limit,
        "next": link(offset + limit) if offset + limit < total else None,
        "offset": offset,
        "previous": link(max(0, offset - limit)) if offset > 0 else None,
        "total_count": total,
    }
    body = {"api_id": api_id(), "meta": meta, "objects": list(items[offset : offset + limit])}
    return Answer(200, body)
