"""`rollback` and `unpublish`, beside `publish`: what is live is changed from the terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from flowbuilder.cli import main
from flowbuilder.flow.model import dumps
from flowbuilder.store import open_store
from flowbuilder.store.deployment_settings import DeploymentSettingsRow
from tests.flow.clinic import clinic

if TYPE_CHECKING:
    from pathlib import Path

NUMBER, OTHER = "+14155550000", "+12025550142"


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path / 'flows.sqlite3'}"
    monkeypatch.setenv("FLOWBUILDER_DATABASE_URL", url)
    for name in ("PLIVO_AUTH_ID", "PLIVO_AUTH_TOKEN", "FLOWBUILDER_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    return url


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "clinic.flow.json"
    path.write_text(dumps(clinic()), encoding="utf-8")
    return str(path)


def run(*words: str) -> Any:
    return CliRunner().invoke(main, [str(word) for word in words])


def answer(*words: str) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def change(file: str) -> None:
    with open(file, encoding="utf-8") as opened:
        data = json.load(opened)
    data["nodes"]["welcome"]["settings"]["text"] = "Hello there."
    with open(file, "w", encoding="utf-8") as opened:
        json.dump(data, opened)


@pytest.mark.parametrize("meant", ["name", "id", "file"])
def test_an_earlier_version_answers_again(file: str, meant: str) -> None:
    flow_id = answer("publish", file, "--number", NUMBER)["flow"]
    change(file)
    assert answer("publish", file, "--note", "Friendlier")["version"] == 2
    flow = {"name": "Clinic", "id": flow_id, "file": file}[meant]
    told = run("rollback", flow, "--to", "1")
    assert told.exit_code == 0
    assert "[#] done: Changed the Application" in told.stdout
    assert answer("rollback", flow, "--to", "2")["events"][-1]["version"] == 2


def test_taken_off_its_numbers_a_flow_can_be_published_again(file: str) -> None:
    answer("publish", file, "--number", NUMBER)
    planned = run("unpublish", "Clinic", "--dry-run")
    assert "Detach +14155550000" in planned.stdout
    assert "finished" not in planned.stdout
    assert "finished: Not live any more." in run("unpublish", "Clinic").stdout
    again = run("unpublish", "Clinic")
    assert (again.exit_code, "not published on production" in again.stderr) == (2, True)
    assert answer("publish", file, "--number", NUMBER)["applied"] is True


def test_each_deployment_is_live_for_itself(file: str, database: str) -> None:
    flow_id = answer("publish", file, "--number", NUMBER)["flow"]
    store = open_store(database)
    store.deployment_settings.put(DeploymentSettingsRow(flow_id, "staging"))
    store.close()
    assert answer("publish", file, "--deployment", "staging", "--number", OTHER)["deployment"] == "staging"
    assert answer("unpublish", "Clinic", "--deployment", "staging")["events"][-1]["ok"] is True
    assert answer("rollback", "Clinic", "--to", "1")["events"][-1]["ok"] is True


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("rollback", "Nowhere", "--to", "1"), "There is no flow “Nowhere”"),
        (("unpublish", "Nowhere"), "There is no flow “Nowhere”"),
        (("rollback", "Clinic", "--to", "0"), "Invalid value for '--to'"),
    ],
)
def test_what_is_not_there_is_refused_with_a_sentence(words: tuple[str, ...], sentence: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert sentence in result.stderr


def test_a_flow_that_needs_a_second_person_is_not_published_past_it(file: str, database: str) -> None:
    flow_id = answer("publish", file, "--number", NUMBER)["flow"]
    store = open_store(database)
    store.reviews.require(flow_id, True)
    store.reviews.ask(flow_id, 1, "Ada")
    store.reviews.decide(flow_id, 1, "approved", "Grace")
    store.close()
    change(file)
    result = run("publish", file)
    assert result.exit_code == 2
    assert "second person" in result.stderr
