"""Whatever an author does, the history is a list and a place in it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from flowbuilder.errors import EditRefused, StaleEdit
from flowbuilder.flow.model import Flow
from flowbuilder.store import Store, open_store
from tests.store.conftest import Clock, Suffixes


class UndoStory(RuleBasedStateMachine):
    """The store beside a plain list of names with a cursor, and a dict of every revision there ever was."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.url = f"sqlite:///{Path(self.folder.name) / 'story.sqlite3'}"
        self.clock, self.suffixes = Clock(), Suffixes()
        self.store = self.open()
        self.id = self.store.flows.create(Flow("0"), label="0").id
        self.entries = ["0"]
        self.place = 0
        self.seen = {1: "0"}

    def open(self) -> Store:
        return open_store(self.url, clock=self.clock, make_suffix=self.suffixes)

    @property
    def head(self) -> int:
        return max(self.seen)

    @rule()
    def edit(self) -> None:
        name = str(len(self.seen))
        revision = self.store.flows.save(self.id, self.head, Flow(name), label=name)
        assert revision == self.head + 1
        self.seen[revision] = name
        self.entries[self.place + 1 :] = [name]
        self.place += 1

    @rule(behind=st.integers(1, 3))
    def edit_too_late(self, behind: int) -> None:
        with pytest.raises(StaleEdit):
            self.store.flows.save(self.id, self.head - behind, Flow("late"), label="late")

    @rule()
    def undo(self) -> None:
        self.step(-1, self.store.flows.undo)

    @rule()
    def redo(self) -> None:
        self.step(+1, self.store.flows.redo)

    def step(self, by: int, move: object) -> None:
        assert callable(move)
        if not 0 <= self.place + by < len(self.entries):
            with pytest.raises(EditRefused):
                move(self.id)
            return
        row = move(self.id)
        self.place += by
        assert row.revision == self.head + 1
        self.seen[row.revision] = self.entries[self.place]

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store = self.open()

    @invariant()
    def the_store_agrees(self) -> None:
        row = self.store.flows.get(self.id)
        labels = [None, *self.entries, None]
        assert row.revision == self.head
        assert row.name == self.entries[self.place]
        assert row.undo_label == (self.entries[self.place] if self.place else None)
        assert row.redo_label == labels[self.place + 2]
        history = self.store.flows.history(self.id)
        assert [entry.label for entry in history] == self.entries[::-1]
        assert [entry.undone for entry in history][::-1] == [at > self.place for at in range(len(self.entries))]
        assert [entry.label for entry in history if entry.current] == [self.entries[self.place]]

    def teardown(self) -> None:
        for revision, name in self.seen.items():
            assert self.store.flows.load(self.id, revision).name == name
        self.store.close()
        self.folder.cleanup()


TestUndoStory = UndoStory.TestCase
TestUndoStory.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
