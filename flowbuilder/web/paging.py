"""Lists of Plivo's that come in pages: the filters that were asked for, and the links to the pages around this one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import request

from flowbuilder.publishing.connection import PAGE_SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowbuilder.publishing.account import Page

LONGEST = 100


@dataclass(frozen=True)
class Asked:
    """The filters that were given, and where the page begins."""

    given: dict[str, str]
    offset: int

    @property
    def query(self) -> dict[str, str]:
        """What Plivo is asked."""
        return {**self.given, "offset": str(self.offset)}


def asked_filters(names: Sequence[str]) -> Asked:
    """What the address of this request asks for; what is no filter is left out."""
    values = {name: request.values.get(name, "").strip()[:LONGEST] for name in names}
    offset = request.args.get("offset", 0, type=int) or 0
    return Asked({name: value for name, value in values.items() if value}, max(0, offset))


@dataclass(frozen=True)
class Paging:
    """Where the page stands in its list; the links are queries, empty where there is no such page."""

    first: int
    last: int
    total: int
    before: str
    after: str

    @classmethod
    def of(cls, page: Page, asked: Asked, **fixed: str) -> Paging:
        def link(offset: int) -> str:
            return "?" + urlencode({**fixed, **asked.given, "offset": offset})

        last = asked.offset + len(page.objects)
        return cls(
            first=asked.offset + 1 if page.objects else 0,
            last=last,
            total=max(page.total, last),
            before=link(max(0, asked.offset - PAGE_SIZE)) if asked.offset else "",
            after=link(asked.offset + PAGE_SIZE) if page.next_query else "",
        )
