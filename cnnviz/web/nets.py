"""The route of nets and test images for browsers: `/nets/<hash>` and `/nets/<hash>.images`.

The hash of the content is the permission: it cannot be guessed, and only who may see a run is told it. What it names
never changes, so a browser asks once.
"""

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from cnnviz.runs.folders import NETS, PUBLISHED, WITHDRAWN
from cnnviz.settings import read_places
from cnnviz.web.cache_headers import FOR_EVER, NO_STORE


def net_url(published: str) -> str:
    """Address of a published file, from the root of the site; `published` is what `RunFolders.publish` returned."""
    return f"/{NETS}/{published.removesuffix('.net')}"


def _send(request: Request) -> Response:
    """Answer in one of Starlette's threads: the disk is looked at, which may be slow."""
    name = request.path_params["name"]
    published = name if "." in name else f"{name}.net"
    path = read_places("home").home / NETS / published
    if not PUBLISHED.fullmatch(published) or not path.is_file():
        return PlainTextResponse(WITHDRAWN, status_code=404, headers=NO_STORE)
    headers = {**FOR_EVER, "etag": f'"{published}"'}
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return FileResponse(path, media_type="application/octet-stream", headers=headers)


route = Route(f"/{NETS}/{{name}}", _send)
