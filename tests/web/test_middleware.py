"""The middleware around a small ASGI app, through Starlette's own test client."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from cnnviz.access.visitor import is_secret, new_secret
from cnnviz.web.security_headers import SecurityHeaders
from cnnviz.web.visitor_cookie import COOKIE, VisitorCookie


def _client(*middleware: Middleware, base_url: str = "http://testserver") -> TestClient:
    async def page(_request: object) -> HTMLResponse:
        return HTMLResponse("<p>a page</p>")

    async def data(_request: object) -> JSONResponse:
        return JSONResponse({})

    routes = [Route("/", page), Route("/data", data)]
    return TestClient(Starlette(routes=routes, middleware=list(middleware)), base_url=base_url)


def test_the_first_page_brings_a_secret_that_scripts_cannot_read_and_the_next_keeps_it() -> None:
    client = _client(Middleware(VisitorCookie))
    set_cookie = client.get("/").headers["set-cookie"]
    assert "HttpOnly" in set_cookie
    assert "SameSite=Lax" in set_cookie
    assert "Secure" not in set_cookie
    assert is_secret(client.cookies[COOKIE])
    assert "set-cookie" not in client.get("/").headers


def test_two_browsers_get_two_secrets() -> None:
    assert _client(Middleware(VisitorCookie)).get("/").cookies != _client(Middleware(VisitorCookie)).get("/").cookies


def test_only_pages_bring_one() -> None:
    assert "set-cookie" not in _client(Middleware(VisitorCookie)).get("/data").headers


def test_a_cookie_that_was_not_made_here_is_replaced() -> None:
    client = _client(Middleware(VisitorCookie))
    response = client.get("/", headers={"cookie": f"{COOKIE}=operator"})
    assert is_secret(response.cookies[COOKIE])
    assert "set-cookie" not in client.get("/", headers={"cookie": f"{COOKIE}={new_secret()}"}).headers


def test_over_https_the_secret_is_never_sent_in_the_clear_and_comes_back_into_frames_where_allowed() -> None:
    alone = _client(Middleware(VisitorCookie), base_url="https://testserver").get("/").headers["set-cookie"]
    framed = Middleware(VisitorCookie, is_embedded=True)
    embedded = _client(framed, base_url="https://testserver").get("/").headers["set-cookie"]
    assert "Secure" in alone
    assert "SameSite=Lax" in alone
    assert "Secure" in embedded
    assert "SameSite=None" in embedded


@pytest.mark.parametrize("path", ["/", "/data", "/nothing"])
def test_every_answer_says_what_a_page_may_do(path: str) -> None:
    headers = _client(Middleware(SecurityHeaders)).get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    policy = headers["content-security-policy"]
    assert "'wasm-unsafe-eval'" in policy
    assert "'unsafe-eval'" not in policy
    assert "object-src 'none'" in policy
    assert policy.endswith("frame-ancestors 'self'")


def test_an_operator_can_let_a_school_site_show_the_app_in_a_frame() -> None:
    headers = _client(Middleware(SecurityHeaders, frame_ancestors="https://school.example")).get("/").headers
    assert headers["content-security-policy"].endswith("frame-ancestors https://school.example")
    assert "x-frame-options" not in headers
