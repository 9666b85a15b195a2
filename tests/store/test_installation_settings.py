from __future__ import annotations

from flowbuilder.store import Store


def test_a_setting_is_kept_replaced_and_taken_away(store: Store) -> None:
    assert store.installation_settings.get("public_url") == ""
    for address in ("https://one.example", "https://two.example"):
        store.installation_settings.put("public_url", address, "Ada")
        assert store.installation_settings.get("public_url") == address
    assert store.installation_settings.get("another") == ""
    store.installation_settings.put("public_url", "")
    assert store.installation_settings.get("public_url") == ""
