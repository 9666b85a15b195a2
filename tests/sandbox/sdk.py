"""The official SDK, unmodified, talking to a Flask application instead of api.plivo.com."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import plivo
import requests
from flask import Flask
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

AUTH_ID = "MAABCDEFGHIJKLMNOPQR"
AUTH_TOKEN = "token-of-the-sandbox-0123456789abcdefghi"
NOW = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)


class IntoFlask(BaseAdapter):
    """A requests adapter that hands every request to the application, under its /sandbox."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self._client = app.test_client()

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        path, method = "/sandbox" + request.path_url, request.method or "GET"
        answer = self._client.open(path, method=method, headers=dict(request.headers), data=request.body or b"")
        response = requests.Response()
        response.status_code = answer.status_code
        response.headers = CaseInsensitiveDict(answer.headers.items())
        response.raw = io.BytesIO(answer.data)
        response.url = request.url or path
        response.request = request
        return response

    def close(self) -> None:
        pass


def sdk_client(app: Flask, auth_id: str, auth_token: str) -> plivo.RestClient:
    client = plivo.RestClient(auth_id, auth_token)
    client.session.mount("https://api.plivo.com", IntoFlask(app))
    return client
