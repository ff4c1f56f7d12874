"""The route of the typeface that all pages and components use: `/fonts/<file>`.

The files lie in assets/fonts and are named with their version, so a browser asks for each once.
"""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from cnnviz.web.cache_headers import FOR_EVER

PLACE = "fonts"
FOLDER = Path(__file__).parents[2] / "assets" / "fonts"
FONTS = {path.name: path for path in sorted(FOLDER.glob("*.woff2"))}
FIRST = "inter-5.3-latin.woff2"
"""What every page needs; the others have the letters of more languages, and are asked for when one is on a page."""


def font_url(name: str) -> str:
    """Address of a file of the typeface, from the root of the site."""
    return f"/{PLACE}/{name}"


def preload_tag(name: str) -> bytes:
    """HTML by which a page asks for a file before its style does; `crossorigin`, because fonts are asked for so."""
    return f'<link rel="preload" href="{font_url(name)}" as="font" type="font/woff2" crossorigin>'.encode()


async def _send(request: Request) -> Response:
    path = FONTS.get(request.path_params["name"])
    if path is None:
        return PlainTextResponse(f"There is no such font. Expected one of {', '.join(FONTS)}.", status_code=404)
    return FileResponse(path, media_type="font/woff2", headers=FOR_EVER)


route = Route(f"/{PLACE}/{{name}}", _send)
