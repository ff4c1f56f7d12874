"""The route of the sample photos: `/samples/<name>`, and small ones: `/samples/<name>?small`."""

import asyncio
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cnnviz.errors import UnknownName
from cnnviz.imaging.decode import encode_png, fit_within
from cnnviz.imaging.samples import SAMPLES, load_sample

PLACE = "samples"
A_DAY = "public, max-age=86400"
THUMBNAIL_SIDE = 128


def sample_url(name: str) -> str:
    """Address of a sample photo, from the root of the site."""
    return f"/{PLACE}/{name}"


def thumbnail_url(name: str) -> str:
    """Address of a sample photo whose longer side has THUMBNAIL_SIDE pixels."""
    return f"{sample_url(name)}?small"


@lru_cache(maxsize=2 * len(SAMPLES))
def _png(name: str, *, is_small: bool) -> bytes:
    photo = load_sample(name)
    return encode_png(fit_within(photo, THUMBNAIL_SIDE) if is_small else photo)


async def _send(request: Request) -> Response:
    try:
        picture = await asyncio.to_thread(_png, request.path_params["name"], is_small="small" in request.query_params)
    except UnknownName as error:
        return PlainTextResponse(str(error), status_code=404)
    return Response(picture, media_type="image/png", headers={"cache-control": A_DAY})


route = Route(f"/{PLACE}/{{name}}", _send)
