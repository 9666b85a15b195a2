"""Published versions: numbered per flow from 1, and never changed while they are kept."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from flowbuilder.errors import NotFound
from flowbuilder.store.revisions import LARGEST_NUMBER, pack_flow, unpack_flow
from flowbuilder.store.tables import deployments, flows, publish_runs, versions

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from flowbuilder.flow.model import Flow
    from flowbuilder.store.database import Database


@dataclass(frozen=True, slots=True)
class VersionSummary:
    """What a list of versions shows: which revision of the draft it is, who made it, when and why."""

    flow_id: str
    number: int
    revision: int
    note: str
    author: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version with the flow and the compiled program, as they were published."""

    flow_id: str
    number: int
    revision: int
    flow: Flow
    program_json: str
    note: str
    author: str
    created_at: datetime


class Versions:
    """There is no way to change a version here. Only `prune` takes some away, and their numbers never come again."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(self, flow_id: str, revision: int, flow: Flow, program_json: str, note: str = "", author: str = "") -> int:
        """Keep a flow and its program together for good; gives the new version's number."""
        with self._database.write() as connection:
            number = connection.execute(
                sa.update(flows)
                .where(flows.c.id == flow_id, flows.c.deleted_at.is_(None))
                .values(last_version=flows.c.last_version + 1)
                .returning(flows.c.last_version)
            ).scalar()
            if number is None:
                raise NotFound(f"There is no flow {flow_id}.")
            connection.execute(
                sa.insert(versions).values(
                    flow_id=flow_id,
                    number=number,
                    revision=revision,
                    note=note,
                    author=author,
                    created_at=self._clock(),
                    content=pack_flow(flow),
                    program=zlib.compress(program_json.encode()),
                )
            )
        return int(number)

    def get(self, flow_id: str, number: int) -> VersionRow:
        """A version, also of a flow that has since been deleted: its calls go on."""
        query = sa.select(versions).where(versions.c.flow_id == flow_id, versions.c.number == number)
        row = None
        if number <= LARGEST_NUMBER:
            with self._database.read() as connection:
                row = connection.execute(query).first()
        if row is None:
            raise NotFound(self._why_not(flow_id, number))
        return VersionRow(
            flow_id=row.flow_id,
            number=row.number,
            revision=row.revision,
            flow=unpack_flow(row.content),
            program_json=zlib.decompress(row.program).decode(),
            note=row.note,
            author=row.author,
            created_at=row.created_at,
        )

    def _why_not(self, flow_id: str, number: int) -> str:
        query = sa.select(flows.c.last_version).where(flows.c.id == flow_id)
        with self._database.read() as connection:
            last = connection.execute(query).scalar()
        if last is None or not 1 <= number <= last:
            return f"The flow {flow_id} has no version {number}."
        return f"Version {number} was removed, as nothing needed it any more. No other version gets its number."

    def prune(self, flow_id: str, numbers: Collection[int]) -> list[int]:
        """Take versions away for good; gives the numbers of those that went.

        One that is live, or is about to be by a run that goes on, stays: that is asked in the same transaction.
        What else needs a version, such as a call, whoever asks has to know.
        """
        live = sa.select(deployments.c.version).where(deployments.c.flow_id == flow_id)
        coming = sa.select(publish_runs.c.version).where(
            publish_runs.c.flow_id == flow_id, publish_runs.c.state == "running", publish_runs.c.version.is_not(None)
        )
        here = (versions.c.flow_id == flow_id) & versions.c.number.in_(list(numbers))
        free = versions.c.number.not_in(live) & versions.c.number.not_in(coming)
        with self._database.write() as connection:
            gone = connection.execute(sa.delete(versions).where(here & free).returning(versions.c.number))
            return sorted(gone.scalars())

    def list(self, flow_id: str) -> list[VersionSummary]:
        """The flow's versions, the newest first."""
        columns = (versions.c[name] for name in VersionSummary.__slots__)
        query = sa.select(*columns).where(versions.c.flow_id == flow_id).order_by(versions.c.number.desc())
        with self._database.read() as connection:
            return [VersionSummary(*row) for row in connection.execute(query)]
