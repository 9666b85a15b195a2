from __future__ import annotations

from flowbuilder.web.remembered import Remembered


class World:
    """A store that counts how often it is asked, and a clock that stands still."""

    def __init__(self) -> None:
        self.value, self.asked, self.now, self.down = "one", 0, 0.0, False
        self.remembered = Remembered(self.read, 30, lambda: self.now)

    def read(self) -> str:
        self.asked += 1
        if self.down:
            raise OSError("down")
        return self.value


def test_the_store_is_asked_once_while_the_value_is_fresh() -> None:
    world = World()
    assert [world.remembered() for _ in range(1_000)] == ["one"] * 1_000
    assert world.asked == 1


def test_a_change_of_ours_counts_at_once_and_that_of_another_within_its_time() -> None:
    world = World()
    world.remembered()
    world.value = "two"
    assert world.remembered() == "one"
    world.now = 30
    assert world.remembered() == "two"
    world.value = "three"
    world.remembered.forget()
    assert world.remembered() == "three"


def test_what_was_read_before_a_change_is_not_kept_after_it() -> None:
    world = World()

    def read_while_it_changes() -> str:
        read = world.value
        if world.value == "two":
            world.value = "three"
            changing.forget()
        return read

    changing = Remembered(read_while_it_changes)
    world.value = "two"
    changing.forget()
    assert changing() == "two"
    assert changing() == "three"


def test_when_the_store_is_down_what_it_said_last_stays() -> None:
    world = World()
    world.remembered()
    world.down, world.now = True, 31
    assert world.remembered() == "one"
    assert world.remembered() == "one"
    assert world.asked == 2
