"""ASGI middleware that gives each browser a visitor's secret, in a cookie that no script can read."""

from http.cookies import SimpleCookie

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cnnviz.access.visitor import is_secret, new_secret
from cnnviz.web.cache_headers import NO_STORE

COOKIE = "cnnviz_visitor"
MAX_AGE = 400 * 24 * 3600  # seconds; the longest that browsers grant

CONDITIONS = (b"if-none-match", b"if-modified-since")


class VisitorCookie:
    """Sets the cookie with the first page that a browser loads; Streamlit's WebSocket brings it back.

    With `is_embedded` the cookie also comes back where the app stands in a frame of another site, which takes HTTPS.
    """

    def __init__(self, app: ASGIApp, *, is_embedded: bool = False) -> None:
        self._app = app
        self._is_embedded = is_embedded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http" or is_secret(HTTPConnection(scope).cookies.get(COOKIE)):
            await self._app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("set-cookie", self._cookie(is_secure=scope.get("scheme") == "https"))
                    headers.update(NO_STORE)  # two browsers behind one cache must not share a secret
            await send(message)

        # A browser that still has the page but no cookie would be told that nothing has changed, and get none.
        headers = [(name, value) for name, value in scope["headers"] if name not in CONDITIONS]
        await self._app({**scope, "headers": headers}, receive, send_with_cookie)

    def _cookie(self, *, is_secure: bool) -> str:
        cookie: SimpleCookie = SimpleCookie()
        cookie[COOKIE] = new_secret()
        cookie[COOKIE].update({"path": "/", "max-age": str(MAX_AGE), "samesite": "Lax"})
        cookie[COOKIE]["httponly"] = True
        if is_secure:
            cookie[COOKIE]["secure"] = True
            if self._is_embedded:
                cookie[COOKIE]["samesite"] = "None"
        return cookie.output(header="").strip()
