"""Static files: an address that changes with the content, kept for good by browsers."""

from __future__ import annotations

import os

from flask import Flask, url_for

from flowbuilder.web.static_files import StaticFolder, serve_static_files


def test_the_address_carries_a_stamp_and_is_kept_for_good(app, stranger):
    with app.test_request_context():
        address = url_for("static", filename="css/base.css")
    answer = stranger.get(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_another_or_no_stamp_gives_the_file_but_is_asked_for_again(stranger):
    for address in ("/static/~000000000000/css/base.css", "/static/css/base.css"):
        answer = stranger.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
        again = stranger.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


def test_nothing_outside_the_folder_is_served(tmp_path):
    (tmp_path / "secret").write_text("secret")
    folder = tmp_path / "static"
    folder.mkdir()
    app = Flask("test", static_folder=None)
    serve_static_files(app, folder)
    client = app.test_client()
    for path in ("../secret", "~x/../../secret", "%2e%2e/secret", "~/..%2fsecret"):
        assert client.get(f"/static/{path}").status_code == 404


def test_scripts_have_a_type_that_browsers_run(tmp_path):
    (tmp_path / "a.js").write_text("1")
    app = Flask("test", static_folder=None)
    serve_static_files(app, tmp_path)
    assert app.test_client().get("/static/a.js").content_type.startswith("text/javascript")


def test_the_stamp_follows_the_content_of_every_file(tmp_path):
    (tmp_path / "a.css").write_text("one")
    first = StaticFolder(tmp_path).stamp
    os.utime(tmp_path / "a.css", (1, 1))
    assert StaticFolder(tmp_path).stamp == first
    (tmp_path / "a.css").write_text("two")
    second = StaticFolder(tmp_path).stamp
    assert second != first
    (tmp_path / "b.css").write_text("three")
    assert StaticFolder(tmp_path).stamp not in (first, second)
