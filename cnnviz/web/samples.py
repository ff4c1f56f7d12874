"""The route of the sample photos: `/samples/<name>`."""

import asyncio
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cnnviz.errors import UnknownName
from cnnviz.imaging.decode import encode_png
from cnnviz.imaging.samples import SAMPLES, load_sample

PLACE = "samples"
A_DAY = "public, max-age=86400"


def sample_url(name: str) -> str:
    """Address of a sample photo, from the root of the site."""
    return f"/{PLACE}/{name}"


@lru_cache(maxsize=len(SAMPLES))
def _png(name: str) -> bytes:
    return encode_png(load_sample(name))


async def _send(request: Request) -> Response:
    try:
        picture = await asyncio.to_thread(_png, request.path_params["name"])
    except UnknownName as error:
        return PlainTextResponse(str(error), status_code=404)
    return Response(picture, media_type="image/png", headers={"cache-control": A_DAY})


route = Route(f"/{PLACE}/{{name}}", _send)
