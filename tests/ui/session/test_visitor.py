"""Who a session's visitor is: by a login, a trusted proxy, the cookie, or nothing."""

import pytest
import streamlit as st
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from cnnviz.access.visitor import new_secret, visitor_named, visitor_with_secret
from cnnviz.web.visitor_cookie import COOKIE
from tests.helpers import SECONDS


def _page() -> None:
    import streamlit as st

    from cnnviz.ui.session.visitor import current_visitor

    visitor = current_visitor()
    st.text(visitor.id)
    st.text(str(visitor.is_operator))


def _visitor_id(user: dict[str, object] | None = None, **session: str) -> str:
    app = AppTest.from_function(_page, default_timeout=SECONDS)
    if user is not None:
        app.user = user
    for key, value in session.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    assert app.text[1].value == "False"
    return app.text[0].value


def _set_cookie(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setattr(ContextProxy, "cookies", {COOKIE: value})


def _trust(monkeypatch: pytest.MonkeyPatch, mapping: dict[str, str]) -> None:
    real = st.get_option
    monkeypatch.setattr(st, "get_option", lambda key: mapping if key == "server.trustedUserHeaders" else real(key))


def test_the_holder_of_a_cookie_is_the_same_in_every_session(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = new_secret()
    _set_cookie(monkeypatch, secret)
    assert _visitor_id() == _visitor_id() == visitor_with_secret(secret).id


@pytest.mark.parametrize("cookie", ["", "operator", "x" * 42])
def test_without_a_cookie_of_ours_every_session_is_somebody_else(monkeypatch: pytest.MonkeyPatch, cookie: str) -> None:
    _set_cookie(monkeypatch, cookie)
    assert _visitor_id() != _visitor_id()


def test_who_is_logged_in_is_the_same_on_every_device(monkeypatch: pytest.MonkeyPatch) -> None:
    user = {"is_logged_in": True, "iss": "https://id.example", "sub": "17", "email": "ada@example.org"}
    ids = []
    for _ in range(2):
        _set_cookie(monkeypatch, new_secret())
        ids.append(_visitor_id(user))
    assert ids == [visitor_named("https://id.example 17").id] * 2
    assert _visitor_id({**user, "sub": "18"}) != ids[0]
    assert _visitor_id({**user, "iss": "https://other.example"}) != ids[0]


def test_who_is_not_logged_in_is_known_by_the_cookie(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = new_secret()
    _set_cookie(monkeypatch, secret)
    assert _visitor_id({"is_logged_in": False}) == visitor_with_secret(secret).id


def test_a_trusted_proxy_names_the_user_and_no_other_does(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = new_secret()
    _set_cookie(monkeypatch, secret)
    user = {"email": "ada@example.org", "groups": "teachers"}
    assert _visitor_id(user) == visitor_with_secret(secret).id
    _trust(monkeypatch, {"X-Groups": "groups", "X-Email": "email"})
    assert _visitor_id(user) == visitor_named("ada@example.org").id
    assert _visitor_id({"email": None, "groups": None}) == visitor_with_secret(secret).id


@pytest.mark.parametrize(("typed", "is_operator"), [("sesame", "True"), ("open", "False"), ("", "False")])
def test_the_operator_is_who_has_typed_the_secret(
    monkeypatch: pytest.MonkeyPatch, typed: str, is_operator: str
) -> None:
    monkeypatch.setenv("CNNVIZ_OPERATOR", "sesame")
    app = AppTest.from_function(_page, default_timeout=SECONDS)
    app.session_state["operator_secret"] = typed
    assert app.run().text[1].value == is_operator
    monkeypatch.delenv("CNNVIZ_OPERATOR")
    assert app.run().text[1].value == "False"
