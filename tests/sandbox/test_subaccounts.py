"""Subaccounts of the sandbox, made by the official SDK, and used by it with their own credentials."""

from __future__ import annotations

import plivo
import pytest
from flask import Flask
from plivo.exceptions import AuthenticationError, ForbiddenError, ResourceNotFoundError, ValidationError

from tests.sandbox.sdk import sdk_client

URL = "https://flows.example.com/answer"


def test_a_subaccount_is_made_read_changed_and_deleted(sdk: plivo.RestClient) -> None:
    made = sdk.subaccounts.create("Branch office")
    assert made.auth_id.startswith("SA")
    assert len(made.auth_id) == 20
    assert sdk.subaccounts.get(made.auth_id).enabled is False
    sdk.subaccounts.update(made.auth_id, name="Warehouse", enabled=True)
    kept = sdk.subaccounts.get(made.auth_id)
    assert (kept.name, kept.enabled) == ("Warehouse", True)
    assert [item.auth_id for item in sdk.subaccounts.list()] == [made.auth_id]
    sdk.subaccounts.delete(made.auth_id)
    with pytest.raises(ResourceNotFoundError):
        sdk.subaccounts.get(made.auth_id)


def test_a_subaccount_sees_only_its_own(app: Flask, sdk: plivo.RestClient) -> None:
    made = sdk.subaccounts.create("Branch office", enabled=True)
    sdk.applications.create("main-line", URL)
    sdk.applications.create("branch-line", URL, subaccount=made.auth_id)
    sdk.numbers.update("14155550000", subaccount=made.auth_id)
    branch = sdk_client(app, made.auth_id, made.auth_token)
    assert [item.app_name for item in branch.applications.list()] == ["branch-line"]
    assert [item.number for item in branch.numbers.list()] == ["14155550000"]
    own = branch.applications.create("own-line", URL).app_id
    branch.numbers.update("14155550000", app_id=own)
    assert sdk.applications.get(own).sub_account == made.auth_id
    assert len(sdk.applications.list()) == 3
    assert len(sdk.applications.list(subaccount=made.auth_id)) == 2
    assert len(sdk.numbers.list(subaccount=made.auth_id)) == 1
    with pytest.raises(ResourceNotFoundError):
        branch.numbers.get("12025550142")


def test_a_subaccount_manages_no_subaccounts_and_moves_no_numbers(app: Flask, sdk: plivo.RestClient) -> None:
    made = sdk.subaccounts.create("Branch office", enabled=True)
    sdk.numbers.update("14155550000", subaccount=made.auth_id)
    branch = sdk_client(app, made.auth_id, made.auth_token)
    with pytest.raises(ForbiddenError):
        branch.subaccounts.create("Another")
    with pytest.raises(ForbiddenError):
        branch.numbers.update("14155550000", subaccount=made.auth_id)


def test_one_that_is_disabled_or_signed_in_wrongly_is_refused(app: Flask, sdk: plivo.RestClient) -> None:
    made = sdk.subaccounts.create("Branch office")
    with pytest.raises(AuthenticationError):
        sdk_client(app, made.auth_id, made.auth_token).numbers.get("14155550000")
    sdk.subaccounts.update(made.auth_id, name="Branch office", enabled=True)
    with pytest.raises(AuthenticationError):
        sdk_client(app, made.auth_id, "wrong").numbers.get("14155550000")


@pytest.mark.parametrize(("cascade", "left"), [(False, 1), (True, 0)])
def test_what_a_deleted_subaccount_had_moves_or_goes_along(sdk: plivo.RestClient, cascade: bool, left: int) -> None:
    made = sdk.subaccounts.create("Branch office", enabled=True)
    sdk.applications.create("branch-line", URL, subaccount=made.auth_id)
    sdk.numbers.update("14155550000", subaccount=made.auth_id)
    sdk.subaccounts.delete(made.auth_id, cascade=cascade)
    assert [item.sub_account for item in sdk.applications.list()] == [None] * left
    assert sdk.numbers.get("14155550000").sub_account is None


def test_a_subaccount_that_is_not_there_is_refused(sdk: plivo.RestClient) -> None:
    nobody = "SA" + "X" * 18
    with pytest.raises(ValidationError, match="subaccount"):
        sdk.applications.create("branch-line", URL, subaccount=nobody)
    with pytest.raises(ValidationError, match="subaccount"):
        sdk.numbers.list(subaccount=nobody)
