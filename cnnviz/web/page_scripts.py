"""ASGI middleware that puts scripts of our own into Streamlit's page, before its own start.

A script that a page sends arrives with the page's first elements. By then Streamlit has changed the address already.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BEFORE = b"<head>"
CONDITIONS = ("if-none-match", "if-modified-since")


class PageScripts:
    """Adds the scripts to each HTML page, as the first thing in its head; its length and its tag follow."""

    def __init__(self, app: ASGIApp, *, scripts: Sequence[Path]) -> None:
        self._app = app
        joined = "".join(f"<script>\n{script.read_text('utf-8')}</script>" for script in scripts)
        self._added = joined.encode()
        self._mark = f"-{sha256(self._added).hexdigest()[:16]}"  # of a page that holds these scripts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self._app(scope, receive, send)
            return
        start: list[Message] = []

        async def send_with_scripts(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.append(message)
                return
            if start:
                message = self._changed(start[0], message, is_head=scope["method"] == "HEAD")
                await send(start.pop())
            await send(message)

        await self._app(self._asked(scope), receive, send_with_scripts)

    def _asked(self, scope: Scope) -> Scope:
        """The request in Streamlit's terms: uncompressed and whole, and with a condition only of a page like this."""
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
        return {**scope, "headers": headers.raw, "extensions": extensions}

    def _changed(self, start: Message, body: Message, *, is_head: bool) -> Message:
        """Change the headers of a page in place, and return its first part with the scripts in it."""
        headers = MutableHeaders(scope=start)
        is_page = headers.get("content-type", "").startswith("text/html") and (is_head or BEFORE in body["body"])
        if not is_page and start["status"] != 304:
            return body
        if tag := headers.get("etag"):
            headers["etag"] = f'{tag.removesuffix(chr(34))}{self._mark}"'
        if start["status"] == 304:
            return body
        if length := headers.get("content-length"):
            headers["content-length"] = str(int(length) + len(self._added))
        return {**body, "body": body.get("body", b"").replace(BEFORE, BEFORE + self._added, 1)}
