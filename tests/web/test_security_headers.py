"""The middleware around a small ASGI app, through Starlette's own test client."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from cnnviz.web.security_headers import SecurityHeaders


def _client(*middleware: Middleware) -> TestClient:
    async def page(_request: object) -> HTMLResponse:
        return HTMLResponse("<p>a page</p>")

    async def data(_request: object) -> JSONResponse:
        return JSONResponse({})

    routes = [Route("/", page), Route("/data", data)]
    return TestClient(Starlette(routes=routes, middleware=list(middleware)))


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
