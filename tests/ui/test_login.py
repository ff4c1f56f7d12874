"""The way to a login, which is there where the operator has set one up."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.helpers import SECONDS

CLIENT = {"client_id": "cnnviz", "client_secret": "x", "server_metadata_url": "https://id.example"}


def _sidebar() -> None:
    from cnnviz.ui.app.page_frame import show_login

    show_login()


def _open(user: dict[str, object] | None, auth: dict[str, object] | None = None) -> AppTest:
    app = AppTest.from_function(_sidebar, default_timeout=SECONDS)
    if user is not None:
        app.user = user
    if auth is not None:
        app.secrets["auth"] = auth
    app.run()
    assert not app.exception
    return app


def test_without_a_login_on_this_server_nothing_is_said_of_it() -> None:
    assert not _open(None).button


@pytest.mark.parametrize(
    ("auth", "labels", "providers"),
    [
        (CLIENT, ["Log in"], [()]),
        (
            {"school": CLIENT, "google": CLIENT},
            ["Log in with school", "Log in with google"],
            [("school",), ("google",)],
        ),
    ],
)
def test_a_visitor_can_log_in_with_each_provider(
    monkeypatch: pytest.MonkeyPatch, auth: dict[str, object], labels: list[str], providers: list[tuple[str, ...]]
) -> None:
    asked = []
    monkeypatch.setattr(st, "login", lambda *provider: asked.append(provider))
    app = _open({"is_logged_in": False}, auth)
    assert [button.label for button in app.button] == labels
    for place in range(len(labels)):
        app.button[place].click().run()
        assert not app.exception
    assert asked == providers


def test_a_user_is_named_as_text_and_can_log_out(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(st, "logout", lambda: asked.append(True))
    app = _open({"is_logged_in": True, "sub": "17", "name": "**Ada**"})
    assert app.text[0].value == "Logged in as **Ada**"
    app.button[0].click().run()
    assert asked == [True]
