"""A run of publishing is kept while it goes on, and one that broke off is finished or put back at the next start."""

from __future__ import annotations

import multiprocessing
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from flowbuilder.app import create_app
from flowbuilder.config import Settings
from flowbuilder.errors import EditRefused, FlowbuilderError, NotFound
from flowbuilder.publishing.account import Account
from flowbuilder.publishing.changes import Plan
from flowbuilder.sandbox.holdings import Holdings
from flowbuilder.sandbox.numbers import all_numbers, keep_new_number
from flowbuilder.store import publish_runs
from flowbuilder.store.deployment_settings import DeploymentSettingsRow
from flowbuilder.web import EXTENSION, Flowbuilder
from flowbuilder.web.carrying_out import recover
from flowbuilder.web.gate import ask_review, decide_review, require_review
from flowbuilder.web.publishing_steps import Target, prepare, publish, rollback, unpublish
from tests.flow.clinic import clinic

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAIN, OTHER = "+14155550000", "+12025550142"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, public_url="https://flows.example.com")


@pytest.fixture
def flow_id(parts: Flowbuilder) -> str:
    return parts.store.flows.create(clinic()).id


@pytest.fixture
def asked(parts: Flowbuilder) -> list[tuple[str, str]]:
    """Every request that the account gets from now on."""
    return spied(parts.account)


def spied(account: Account) -> list[tuple[str, str]]:
    requests: list[tuple[str, str]] = []

    def note(request: httpx.Request) -> None:
        requests.append((request.method, request.url.path.partition("/Account/")[2].partition("/")[2]))

    account._client.event_hooks = {"request": [note]}
    return requests


def live(parts: Flowbuilder, flow_id: str, deployment: str = "production") -> Any:
    row = parts.store.deployments.get(flow_id, deployment)
    return row and (row.version, [one["number"] for one in row.numbers])


def edit(parts: Flowbuilder, flow_id: str, text: str) -> None:
    row = parts.store.flows.get(flow_id)
    flow = parts.store.flows.load(flow_id)
    parts.store.flows.save(flow_id, row.revision, with_text(flow, text), "Edited")


def with_text(flow: Any, text: str) -> Any:
    welcome = replace(flow.nodes["welcome"], settings={"text": text})
    return replace(flow, nodes={**flow.nodes, "welcome": welcome})


def test_the_journal_tells_who_did_what(parts: Flowbuilder, flow_id: str) -> None:
    list(publish(parts, flow_id, Target(numbers=[MAIN]), author="Ada", note="First"))
    list(unpublish(parts, flow_id, author="Grace"))
    runs = {run.kind: run for run in parts.store.publish_runs.list(flow_id)}
    assert {kind: (run.author, run.state) for kind, run in runs.items()} == {
        "unpublish": ("Grace", "done"),
        "publish": ("Ada", "done"),
    }
    assert runs["publish"].events[-1]["ok"] is True
    assert Plan.from_json(runs["publish"].plan).steps[0].sentence.startswith("Create the Application")
    version = parts.store.versions.list(flow_id)[0]
    assert (version.author, version.note) == ("Ada", "First")


@pytest.mark.parametrize("after", range(6))
def test_whatever_the_moment_a_process_dies_the_next_one_ends_its_run(tmp_path: Path, after: int) -> None:
    settings = Settings(
        f"sqlite:///{tmp_path / 'flows.sqlite3'}", public_url="https://flows.example.com", secret_key="for tests"
    )
    dying = multiprocessing.get_context("fork").Process(target=publish_and_die, args=(settings, after))
    dying.start()
    dying.join()
    assert dying.exitcode == (9 if after < 5 else 0)
    app = create_app(settings)
    parts: Flowbuilder = app.extensions[EXTENSION]
    (flow,) = parts.store.flows.list()
    recover(parts)
    assert parts.store.publish_runs.unfinished() == []
    held = parts.account.get_number(MAIN).application_id
    applications = [item["app_id"] for item in parts.account.list_applications()]
    assert (live(parts, flow.id), applications) in [((1, [MAIN]), [held]), (None, [])]
    assert list(publish(parts, flow.id, Target(numbers=[MAIN])))[-1].ok
    assert len(parts.account.list_applications()) == 1
    parts.store.close()


def publish_and_die(settings: Settings, after: int) -> None:
    """Publishes a new flow; the process is gone as soon as `after` requests have been answered, without a word."""
    parts: Flowbuilder = create_app(settings).extensions[EXTENSION]
    flow_id = parts.store.flows.create(clinic()).id
    left = iter(range(after))

    def die(_: httpx.Request) -> None:
        if next(left, None) is None:
            os._exit(9)

    parts.account._client.event_hooks = {"request": [die]}
    list(publish(parts, flow_id, Target(numbers=[MAIN])))
    os._exit(0)


def as_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows happens in a process that was started later, on the same machine."""
    monkeypatch.setattr(publish_runs, "_START", "another")


def test_a_run_of_a_process_that_lives_is_left_to_it(parts: Flowbuilder, flow_id: str) -> None:
    plan = prepare(parts, flow_id, Target(numbers=[MAIN])).plan
    parts.store.publish_runs.begin(flow_id, "production", "publish", parts.account.auth_id, 1, plan.to_json())
    assert recover(parts) == []
    with pytest.raises(EditRefused, match="being published right now"):
        list(publish(parts, flow_id, Target(numbers=[MAIN])))


def test_an_account_that_cannot_be_asked_now_is_asked_at_the_next_start(
    parts: Flowbuilder, flow_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = prepare(parts, flow_id, Target(numbers=[MAIN])).plan
    run = parts.store.publish_runs.begin(flow_id, "production", "publish", "MA" + "X" * 18, 1, plan.to_json())
    as_another_process(monkeypatch)
    assert recover(parts) == []
    assert [row.id for row in parts.store.publish_runs.unfinished()] == [run]


def test_publishing_asks_plivo_as_little_as_it_can(
    parts: Flowbuilder, flow_id: str, asked: list[tuple[str, str]]
) -> None:
    list(publish(parts, flow_id, Target(numbers=[MAIN])))
    assert len(asked) <= 5
    edit(parts, flow_id, "Hello there.")
    asked.clear()
    list(publish(parts, flow_id))
    assert len(asked) <= 3
    assert live(parts, flow_id) == (2, [MAIN])


def test_going_back_is_one_request_and_so_is_going_forward_again(
    parts: Flowbuilder, flow_id: str, asked: list[tuple[str, str]]
) -> None:
    list(publish(parts, flow_id, Target(numbers=[MAIN])))
    edit(parts, flow_id, "Hello there.")
    list(publish(parts, flow_id))
    for version in (1, 2):
        asked.clear()
        end = list(rollback(parts, flow_id, version, author="Ada"))[-1]
        assert (end.ok, end.version, end.numbers) == (True, version, (MAIN,))
        assert [method for method, _ in asked] == ["POST"]
        app = parts.account.get_application(str(parts.store.deployments.get(flow_id).app_id))  # type: ignore[union-attr]
        assert f"/{version}/nodes/welcome" in app["answer_url"]
        assert live(parts, flow_id) == (version, [MAIN])


def test_there_is_nothing_to_go_back_from_before_the_first_publishing(parts: Flowbuilder, flow_id: str) -> None:
    list(publish(parts, flow_id, Target(numbers=[MAIN])))
    list(unpublish(parts, flow_id))
    with pytest.raises(NotFound, match="nothing to go back from"):
        list(rollback(parts, flow_id, 1))
    with pytest.raises(NotFound, match="no version 7"):
        list(rollback(parts, flow_id, 7))


def test_staging_and_production_are_two_applications_of_one_flow(parts: Flowbuilder, flow_id: str) -> None:
    parts.store.deployment_settings.put(DeploymentSettingsRow(flow_id, "staging"))
    list(publish(parts, flow_id, Target("staging", [OTHER])))
    assert (live(parts, flow_id), live(parts, flow_id, "staging")) == (None, (1, [OTHER]))
    staging = parts.store.deployments.get(flow_id, "staging")
    assert staging is not None
    assert "deployment=staging" in parts.account.get_application(staging.app_id)["answer_url"]
    # What was tried there goes live as it is, whatever has been drawn since.
    edit(parts, flow_id, "Not yet.")
    list(publish(parts, flow_id, Target("production", [MAIN], version=1)))
    assert (live(parts, flow_id), live(parts, flow_id, "staging")) == ((1, [MAIN]), (1, [OTHER]))
    assert len(parts.account.list_applications()) == 2


def test_a_number_that_goes_from_one_deployment_to_another_is_told_of_in_both(parts: Flowbuilder, flow_id: str) -> None:
    parts.store.deployment_settings.put(DeploymentSettingsRow(flow_id, "staging"))
    list(publish(parts, flow_id, Target("staging", [MAIN])))
    list(publish(parts, flow_id, Target("production", [MAIN])))
    assert (live(parts, flow_id), live(parts, flow_id, "staging")) == ((1, [MAIN]), (1, []))
    list(unpublish(parts, flow_id))
    assert (live(parts, flow_id), live(parts, flow_id, "staging")) == (None, (1, [MAIN]))


def test_a_deployment_that_is_not_there_is_refused(parts: Flowbuilder, flow_id: str) -> None:
    with pytest.raises(NotFound, match="no deployment nowhere"):
        prepare(parts, flow_id, Target("nowhere", []))


def test_an_endpoint_is_attached_and_given_back(parts: Flowbuilder, flow_id: str) -> None:
    endpoint_id, username = parts.account.create_endpoint("desk", "a-password", "desk")
    list(publish(parts, flow_id, Target(numbers=[], endpoints=[endpoint_id])))
    kept = parts.store.deployments.get(flow_id)
    assert kept is not None
    assert kept.endpoints == [{"endpoint_id": endpoint_id, "username": username, "previous_app_id": None}]
    assert parts.account.get_endpoint(endpoint_id).application_id == kept.app_id
    list(unpublish(parts, flow_id))
    assert parts.account.get_endpoint(endpoint_id).application_id is None


def test_with_a_second_person_only_the_approved_revision_goes_live(parts: Flowbuilder, flow_id: str) -> None:
    require_review(parts, flow_id, True)
    with pytest.raises(EditRefused, match="second person"):
        prepare(parts, flow_id, Target(numbers=[MAIN]))
    row = parts.store.flows.get(flow_id)
    ask_review(parts, row, "Ada", "New greeting")
    with pytest.raises(EditRefused, match="somebody else decides"):
        decide_review(parts, row, row.revision, True, "Ada")
    with pytest.raises(FlowbuilderError, match="A review is waiting"):
        require_review(parts, flow_id, False)
    decide_review(parts, row, row.revision, True, "Grace")
    edit(parts, flow_id, "Slipped in later.")
    list(publish(parts, flow_id, Target(numbers=[MAIN])))
    version = parts.store.versions.get(flow_id, 1)
    assert version.revision == row.revision
    assert version.flow.nodes["welcome"].settings["text"] == "Welcome."


def test_what_was_declined_last_does_not_go_live(parts: Flowbuilder, flow_id: str) -> None:
    require_review(parts, flow_id, True)
    for approves in (True, False):
        row = parts.store.flows.get(flow_id)
        ask_review(parts, row, "Ada")
        decide_review(parts, row, row.revision, approves, "Grace")
        edit(parts, flow_id, f"After {approves}.")
    with pytest.raises(EditRefused, match="second person"):
        prepare(parts, flow_id)


def test_a_run_is_streamed_step_by_step(parts: Flowbuilder, browser: Any, flow_id: str) -> None:
    prepared = prepare(parts, flow_id, Target(numbers=[MAIN], release_others=True))
    form = {"number": MAIN, "plan": prepared.fingerprint}
    started = browser.post(f"/flows/{flow_id}/publish", data=form)
    told = browser.get(started.headers["Location"] + "/stream")
    assert told.mimetype == "text/event-stream"
    messages = [message for message in told.text.split("\n\n") if message]
    assert all(line.startswith("data: ") for message in messages for line in message.splitlines())
    assert "hx-partial" in messages[-1]
    assert "Live: version 1" in messages[-1]


@pytest.fixture
def many(parts: Flowbuilder) -> Callable[[], None]:
    def make() -> None:
        holdings = Holdings(parts.store.sandbox, parts.account.auth_id, parts.clock)
        all_numbers(holdings)
        for number in range(300):
            keep_new_number(holdings, (f"1415555{number:04}", "United States", "", "", "local", True, True))

    return make


def test_an_account_with_many_numbers_is_not_read_whole(
    parts: Flowbuilder, browser: Any, flow_id: str, many: Callable[[], None], asked: list[tuple[str, str]]
) -> None:
    many()
    asked.clear()
    page = browser.get(f"/flows/{flow_id}/publish").text
    assert "are not shown" in page
    assert len(asked) <= 10
    assert "+1 415 555 0299" in browser.get(f"/flows/{flow_id}/publish?search=%2B14155550299").text
    asked.clear()
    assert list(publish(parts, flow_id, Target(numbers=["+14155550299"])))[-1].ok
    assert len(asked) <= 6


def test_a_version_that_was_pruned_at_the_last_moment_does_not_go_live(
    parts: Flowbuilder, flow_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(publish(parts, flow_id, Target(numbers=[MAIN])))
    edit(parts, flow_id, "Hello there.")
    list(publish(parts, flow_id))
    events = rollback(parts, flow_id, 1)
    begin = parts.store.publish_runs.begin

    def begin_late(*args: Any) -> str:
        parts.store.versions.prune(flow_id, [1])
        return begin(*args)

    monkeypatch.setattr(parts.store.publish_runs, "begin", begin_late)
    with pytest.raises(NotFound, match="Version 1 was removed"):
        list(events)
    assert live(parts, flow_id) == (2, [MAIN])
    assert [run.state for run in parts.store.publish_runs.list(flow_id) if run.kind == "rollback"] == ["refused"]
    assert parts.store.publish_runs.unfinished() == []
