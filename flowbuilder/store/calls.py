"""Calls and their traces: the one part of the store that a webhook waits for.

A webhook costs one `load` by primary key and one `save`, which compares and swaps the turn and appends the
trace events in the same transaction. Both go to the driver directly, with statements written once, on a
connection that the thread keeps. A new call is one statement: its first events stand in its own row.
"""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from flowbuilder.store.columns import moment_text, storable
from flowbuilder.store.tables import calls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from flowbuilder.store.database import Database

NEVER_ANSWERED = -1  # the turn of a call that we know from its hangup alone


@dataclass(frozen=True, slots=True)
class CallRow:
    """One phone call. `state` is the runtime's Call as JSON; `turn` counts the answers given.

    `last_key` names the request that was answered last and `last_answer` is what it got, so that a repeated
    one gets the same. The flow, the version, the numbers and the start are those of the first save; later
    saves leave them.
    """

    uuid: str
    flow_id: str
    version: str
    turn: int = 0
    state: str = ""
    last_key: str = ""
    last_answer: bytes = b""
    from_number: str = ""
    to_number: str = ""
    direction: str = ""
    status: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    hangup_cause: str | None = None


_ADDRESS = re.compile(rb"/v1/flows/([^/\s\"'<>]+)/([^/\s\"'<>]+)/")
_NAMES = tuple(CallRow.__slots__)
_TIMES = (_NAMES.index("started_at"), _NAMES.index("ended_at"))
_COLUMNS = ", ".join(_NAMES)
_FIND = f"SELECT {_COLUMNS} FROM calls WHERE uuid = :uuid"
_LOAD = f"{_FIND} AND turn >= 0"
_INSERT = f"""
INSERT INTO calls ({_COLUMNS}, event_count, first_events)
VALUES ({", ".join(":" + name for name in _NAMES)}, :added, :first_events)
ON CONFLICT (uuid) DO UPDATE SET
    flow_id = excluded.flow_id, version = excluded.version, turn = excluded.turn, state = excluded.state,
    last_key = excluded.last_key, last_answer = excluded.last_answer, from_number = excluded.from_number,
    to_number = excluded.to_number, direction = excluded.direction,
    event_count = calls.event_count + excluded.event_count
WHERE calls.turn < 0
RETURNING event_count"""
_UPDATE = """
UPDATE calls SET turn = :turn, state = :state, last_key = :last_key, last_answer = :last_answer,
    status = CASE WHEN ended_at IS NULL THEN :status ELSE status END,
    hangup_cause = CASE WHEN ended_at IS NULL THEN :hangup_cause ELSE hangup_cause END,
    ended_at = CASE WHEN ended_at IS NULL THEN :ended_at ELSE ended_at END,
    event_count = event_count + :added
WHERE uuid = :uuid AND turn = :expected_turn
RETURNING event_count"""
_FINISH = """
INSERT INTO calls (uuid, flow_id, version, turn, event_count, from_number, to_number, direction, status,
    started_at, ended_at, hangup_cause, hangup_facts, last_key, last_answer, state)
VALUES (:uuid, :flow_id, :version, :turn, :added, :from_number, :to_number, :direction, :status,
    :ended_at, :ended_at, :hangup_cause, :hangup_facts, '', :last_answer, '')
ON CONFLICT (uuid) DO UPDATE SET
    status = excluded.status, ended_at = excluded.ended_at, hangup_cause = excluded.hangup_cause,
    hangup_facts = excluded.hangup_facts, event_count = calls.event_count + excluded.event_count
WHERE calls.hangup_facts IS NULL
RETURNING event_count"""
_ADD_EVENTS = "INSERT INTO call_events (uuid, number, events) VALUES (:uuid, :number, :events)"
_EVENTS = "SELECT number, events FROM call_events WHERE uuid = :uuid ORDER BY number"
_FIRST_EVENTS = "SELECT first_events FROM calls WHERE uuid = :uuid AND first_events IS NOT NULL"


class Calls:
    """Every phone call that reached us, by Plivo's CallUUID."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._begin = "BEGIN IMMEDIATE" if database.is_sqlite else "BEGIN"
        statements = (_FIND, _LOAD, _INSERT, _UPDATE, _FINISH, _ADD_EVENTS, _EVENTS, _FIRST_EVENTS)
        self._sql = {statement: _for_driver(statement, database) for statement in statements}

    def load(self, uuid: str) -> CallRow | None:
        """The call, or None for one that was never answered here."""
        found = self._run(_LOAD, {"uuid": uuid}).fetchall()
        return _call_row(found[0]) if found else None

    def find(self, uuid: str) -> CallRow | None:
        """The call as a record to look at: also one that we know from its hangup alone."""
        found = self._run(_FIND, {"uuid": uuid}).fetchall()
        return _call_row(found[0]) if found else None

    def save(self, row: CallRow, expected_turn: int | None, events: Sequence[dict[str, Any]] = ()) -> bool:
        """Keep the call with the turn it has now, and append the events to its trace; all of it, or nothing.

        `expected_turn` is the turn as it was loaded; None inserts a call never seen. False: another request
        was quicker (the turn has moved, or the call is there already), and nothing was kept. A hangup that
        has come meanwhile stays.
        """
        values = {
            "uuid": row.uuid,
            "turn": row.turn,
            "state": row.state,
            "last_key": storable(row.last_key),
            "last_answer": row.last_answer,
            "status": storable(row.status),
            "ended_at": None if row.ended_at is None else moment_text(row.ended_at),
            "hangup_cause": None if row.hangup_cause is None else storable(row.hangup_cause),
            "added": len(events),
        }
        if expected_turn is not None:
            values["expected_turn"] = expected_turn
            return self._write(_UPDATE, values, events)
        values.update(
            flow_id=row.flow_id,
            version=row.version,
            from_number=storable(row.from_number),
            to_number=storable(row.to_number),
            direction=storable(row.direction),
            started_at=moment_text(row.started_at or self._clock()),
            first_events=to_text(events) if events else None,
        )
        with self._database.writer:
            kept = self._run(_INSERT, values).fetchall()
            if kept and events and kept[0][0] > len(events):  # its hangup came first, and has events already
                self._add_events(self._database.driver(), row.uuid, kept[0][0], events)
        return bool(kept)

    def finish(self, uuid: str, facts: dict[str, Any], events: Sequence[dict[str, Any]] = ()) -> bool:
        """Record the hangup; also of a call never seen. Only the first one counts; False for a repeated one.

        All facts are kept. Of them `status` and `hangup_cause` become part of the call, and, where it was never
        seen, `flow_id`, `version`, `from_number`, `to_number` and `direction` too.
        """
        texts = ("flow_id", "version", "from_number", "to_number", "direction", "hangup_cause")
        values: dict[str, Any] = {name: storable(str(facts.get(name) or "")) for name in texts}
        values.update(
            uuid=uuid,
            turn=NEVER_ANSWERED,
            status=storable(str(facts.get("status") or "completed")),
            ended_at=moment_text(self._clock()),
            hangup_facts=json.dumps(facts, sort_keys=True, default=str),
            last_answer=b"",
            added=len(events),
        )
        return self._write(_FINISH, values, events)

    def events(self, uuid: str, after: int = 0) -> list[dict[str, Any]]:
        """The call's trace in order; `after` leaves out that many from its start."""
        first = [batch for (batch,) in self._run(_FIRST_EVENTS, {"uuid": uuid})]
        later = [batch for _, batch in self._run(_EVENTS, {"uuid": uuid})]
        return [event for batch in (*first, *later) for event in json.loads(batch)][after:]

    def recent(self, flow_id: str | None = None, limit: int = 50) -> list[CallRow]:
        """The calls that began last, newest first; also those that we know from their hangup alone."""
        query = sa.select(*(calls.c[name] for name in _NAMES))
        if flow_id is not None:
            query = query.where(calls.c.flow_id == flow_id)
        with self._database.read() as connection:
            newest = query.order_by(calls.c.started_at.desc(), calls.c.uuid).limit(limit)
            return [CallRow(*row) for row in connection.execute(newest)]

    def versions_in_use(self, horizon: timedelta = timedelta(hours=24)) -> set[tuple[str, str]]:
        """The versions, as (flow id, version), that calls in progress began in, are in, or come back to.

        A call whose end we were never told of counts as over once it began more than `horizon` ago.
        """
        columns = (calls.c.flow_id, calls.c.version, calls.c.state, calls.c.last_answer)
        since = self._clock() - horizon
        query = sa.select(*columns).where(calls.c.ended_at.is_(None), calls.c.started_at > since)
        found: set[tuple[str, str]] = set()
        with self._database.read() as connection:
            for flow_id, version, state, answer in connection.execute(query):
                frames = json.loads(state).get("frames", ()) if state else ()
                found.add((flow_id, version))
                found |= {(frame["flow_id"], frame["version"]) for frame in frames}
                # Where the call is now stands nowhere but in the addresses of the document it is hearing.
                found |= {(flow.decode(), at.decode()) for flow, at in _ADDRESS.findall(bytes(answer))}
        return found

    def _run(self, statement: str, values: dict[str, Any]) -> Any:
        """Run the first statement of a transaction, or a lone one, and give its cursor.

        A connection that the server has closed is noticed here; nothing has happened on it, so try anew.
        """
        sql = self._sql.get(statement, statement)
        connection = self._database.driver()
        try:
            return connection.execute(sql, values)
        except Exception:
            self._database.drop_driver()
            if not getattr(connection, "closed", False):
                raise
            return self._database.driver().execute(sql, values)

    def _write(self, statement: str, values: dict[str, Any], events: Sequence[dict[str, Any]]) -> bool:
        with self._transaction() as connection:
            kept = connection.execute(self._sql[statement], values).fetchall()
            if kept and events:
                self._add_events(connection, values["uuid"], kept[0][0], events)
        return bool(kept)

    def _add_events(self, connection: Any, uuid: str, count: int, events: Sequence[dict[str, Any]]) -> None:
        """Appends the events with which the call has `count` in all."""
        batch = {"uuid": uuid, "number": count - len(events) + 1, "events": to_text(events)}
        connection.execute(self._sql[_ADD_EVENTS], batch)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[Any]:
        with self._database.writer:
            self._run(self._begin, {})
            try:
                connection = self._database.driver()
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                self._database.drop_driver()  # closing rolls back, and a broken connection is not met again
                raise


def to_text(value: Any) -> str:
    """Plain data as JSON, as fast as it goes; half surrogates, which UTF-8 cannot carry, as escapes."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(value)


def _for_driver(statement: str, database: Database) -> str:
    """The statement with its `:names` as the driver writes them."""
    if database.is_sqlite:
        return statement  # sqlite3 reads :names as they are
    return str(sa.text(statement).compile(dialect=database.engine.dialect))


def _call_row(values: tuple[Any, ...]) -> CallRow:
    fields = list(values)
    for place in _TIMES:
        if fields[place] is not None:
            fields[place] = datetime.fromisoformat(fields[place])
    return CallRow(*fields)
