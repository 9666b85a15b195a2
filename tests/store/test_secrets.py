from __future__ import annotations

import itertools
import threading

from flowbuilder.store import Store, open_store


def test_a_secret_is_made_once(store: Store) -> None:
    assert store.secrets.get_or_create("session", lambda: "first") == "first"
    assert store.secrets.get_or_create("session", lambda: "second") == "first"
    assert store.secrets.get_or_create("other", lambda: "third") == "third"


def test_all_who_ask_at_once_get_the_same(store_url: str) -> None:
    stores = [open_store(store_url) for _ in range(2)]
    made = itertools.count()
    got: list[str] = []
    together = threading.Barrier(6)

    def ask(number: int) -> None:
        together.wait()
        got.append(stores[number % 2].secrets.get_or_create("token", lambda: str(next(made))))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 6
    assert len(set(got)) == 1
    for store in stores:
        store.close()
