"""A served Flowbuilder has read its templates before anyone asks for them."""

from __future__ import annotations

from flowbuilder.app import create_app
from flowbuilder.commands.serve import compile_templates
from flowbuilder.config import Settings


def test_no_page_needs_a_template_read_after_the_start() -> None:
    app = create_app(Settings("sqlite:///:memory:", secret_key="for tests"))
    compile_templates(app)
    templates = app.jinja_env
    kept = {name for _, name in templates.cache or ()}
    assert {"editor/edit.html", "editor/_changes.html", "editor/_inspector.html"} <= kept
    assert kept == set(templates.list_templates())
