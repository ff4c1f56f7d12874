"""The cookie that makes a browser a visitor, set around a small ASGI app, through Starlette's own test client."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

from cnnviz.access.visitor import is_secret, new_secret
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


@pytest.mark.parametrize("condition", ["If-None-Match", "If-Modified-Since"])
def test_a_browser_that_has_the_page_from_before_gets_it_again_with_a_cookie(tmp_path: Path, condition: str) -> None:
    (tmp_path / "index.html").write_text("<p>a page</p>")
    files = Starlette(
        routes=[Mount("/", StaticFiles(directory=tmp_path, html=True))], middleware=[Middleware(VisitorCookie)]
    )
    client = TestClient(files)
    before = client.get("/").headers
    known = {condition: before["etag" if condition == "If-None-Match" else "last-modified"]}
    assert client.get("/", headers=known).status_code == 304
    client.cookies.clear()
    again = client.get("/", headers=known)
    assert again.status_code == 200
    assert is_secret(again.cookies[COOKIE])


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
