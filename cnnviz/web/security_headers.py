"""ASGI middleware that tells browsers what pages of this app may do."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Streamlit's page has one inline script and inline styles; a component's script comes as a blob. Pictures may be
# fetched from anywhere (Kernels page: "paste a URL"), scripts may not. WASM stays allowed, `eval` does not.
_POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob: https: http:",
    "media-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data: blob: https: http: ws: wss:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}


def content_security_policy(frame_ancestors: str = "'self'") -> str:
    """Build the policy; `frame_ancestors` are the sites that may show the app in a frame, as CSP writes them."""
    return "; ".join(f"{name} {value}" for name, value in {**_POLICY, "frame-ancestors": frame_ancestors}.items())


class SecurityHeaders:
    """Adds a content security policy and its companions to every HTTP response that does not bring its own."""

    def __init__(self, app: ASGIApp, *, frame_ancestors: str = "'self'") -> None:
        self._app = app
        self._headers = {
            "content-security-policy": content_security_policy(frame_ancestors),
            "x-content-type-options": "nosniff",
            "referrer-policy": "same-origin",
            "permissions-policy": "camera=(self), microphone=(), geolocation=()",
        }
        if frame_ancestors == "'self'":
            self._headers["x-frame-options"] = "SAMEORIGIN"  # for browsers that know no frame-ancestors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)
