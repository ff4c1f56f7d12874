"""ASGI middleware that puts scripts and styles of our own into the head of Streamlit's page, before its own start.

What a page sends arrives with the page's first elements. By then Streamlit has changed the address already, and shown
words in a typeface of its own.
Streamlit's page asks for its own typeface (170 kB) before all else, which no page of ours shows: ours (48 kB) instead.
"""

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BEFORE = b"<head>"
THEIR_FONT = re.compile(rb'<link\s+rel="preload"[^>]*\bas="font"[^>]*>')
CONDITIONS = ("if-none-match", "if-modified-since")


class PageHead:
    """Adds scripts and styles to each HTML page, as the first thing in its head; its length and its tag follow.

    `font` is the HTML that takes the place of what loads Streamlit's own typeface early.
    """

    def __init__(
        self, app: ASGIApp, *, scripts: Sequence[Path], styles: Sequence[Path] = (), font: bytes = b""
    ) -> None:
        self._app = app
        self._font = font
        parts = [("script", path) for path in scripts] + [("style", path) for path in styles]
        self._added = "".join(f"<{tag}>\n{path.read_text('utf-8')}</{tag}>" for tag, path in parts).encode()
        self._mark = f"-{sha256(self._added + self._font).hexdigest()[:16]}"  # of a page that holds these

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self._app(scope, receive, send)
            return
        start: list[Message] = []

        async def send_with_head(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.append(message)
                return
            if start:
                message = self._changed(start[0], message)
                await send(start.pop())
            await send({**message, "body": b""} if scope["method"] == "HEAD" else message)

        await self._app(self._asked(scope), receive, send_with_head)

    def _asked(self, scope: Scope) -> Scope:
        """The request in Streamlit's terms: uncompressed, whole, and with a condition only of a page like this.

        Who asks for the headers alone is told those of the page, whose length is known when it is there.
        """
        headers = MutableHeaders(raw=list(scope["headers"]))
        for name in ("accept-encoding", "range"):
            del headers[name]
        tag = headers.get("if-none-match", "")
        for name in CONDITIONS:
            del headers[name]
        if self._mark in tag:
            headers["if-none-match"] = tag.replace(self._mark, "")
        unread: Mapping[str, object] = {**scope.get("extensions", {})}
        extensions = {name: value for name, value in unread.items() if name != "http.response.pathsend"}
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        return {**scope, "method": method, "headers": headers.raw, "extensions": extensions}

    def _changed(self, start: Message, body: Message) -> Message:
        """Change the headers of a page in place, and return its first part with all that is added."""
        headers = MutableHeaders(scope=start)
        is_page = headers.get("content-type", "").startswith("text/html") and BEFORE in body["body"]
        if not is_page and start["status"] != 304:
            return body
        if tag := headers.get("etag"):
            headers["etag"] = f'{tag.removesuffix(chr(34))}{self._mark}"'
        if start["status"] == 304:
            return body
        page = body["body"].replace(BEFORE, BEFORE + self._added, 1)
        if self._font:
            page = THEIR_FONT.sub(self._font, page, count=1)
        if length := headers.get("content-length"):
            headers["content-length"] = str(int(length) + len(page) - len(body["body"]))
        return {**body, "body": page}
