"""Addresses that pages had before: each leads to the page that took its place, with its query."""

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

MOVED = {"feature_maps": "inside"}
RENAMED = {"maps_index": "index"}
"""What a query was called -> what it is called now."""


async def _lead(request: Request) -> RedirectResponse:
    page = MOVED[request.url.path.strip("/").rsplit("/", 1)[-1]]
    query = {RENAMED.get(name, name): value for name, value in request.query_params.items()}
    return RedirectResponse(request.url.replace(path=f"/{page}", query="").include_query_params(**query), 308)


routes = [Route(f"/{old}", _lead) for old in MOVED]
