"""The route of the files that pages offer to save: `/files/<token>`.

A file is made when it is asked for, by what the page gave with the offer: that asks anew whether this visitor may still
have it. The token is the permission to ask; it cannot be guessed, and only who was shown the page is told it.

Streamlit keeps a file of its own until two more pages have been drawn, anybody's. In a class that may be sooner than a
browser fetches it.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote
from weakref import WeakValueDictionary

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cnnviz.errors import CnnvizError
from cnnviz.web.cache_headers import NO_STORE

PLACE = "files"
MOST_OFFERED = 64  # of a session: more than any page has
NOT_OFFERED = "This page was drawn too long ago. Load it again and save the file then."
FAILED = "The file could not be made, for a reason that was not foreseen. Whoever runs this server finds it in its log."

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class OfferedFile:
    """A file that a page offers: its name, and what makes its content when somebody wants it."""

    name: str
    write: Callable[[], bytes]
    token: str = field(default_factory=secrets.token_urlsafe)


_offered: WeakValueDictionary[str, OfferedFile] = WeakValueDictionary()


def offer_file(session: MutableMapping[str, OfferedFile], place: str, name: str, write: Callable[[], bytes]) -> str:
    """Offer a file for as long as a session lasts.

    Parameters
    ----------
    session : mutable mapping of str to OfferedFile
        What this session offers. Nothing else holds it, so that it is gone with the session.
    place : str
        Where it stands on the page. What is drawn there again has the same address.
    name : str
        Of the file, as the browser saves it.
    write : callable
        () -> content; raises a CnnvizError, whose sentence the visitor is told.

    Returns
    -------
    str
        Address, from the root of the site.
    """
    offered = session.pop(place, None) or OfferedFile(name, write)
    offered.name, offered.write = name, write
    session[place] = _offered[offered.token] = offered
    while len(session) > MOST_OFFERED:
        del session[next(iter(session))]
    return f"/{PLACE}/{offered.token}"


def offered_file(url: str) -> OfferedFile | None:
    """What is offered at an address; None if nothing is."""
    return _offered.get(url.rpartition("/")[2])


@lru_cache(maxsize=1)
def _writers() -> ThreadPoolExecutor:
    """Threads of their own: a file may wait for a worker, and other routes must not wait for it."""
    return ThreadPoolExecutor(max_workers=4, thread_name_prefix="files")


async def _send(request: Request) -> Response:
    offered = offered_file(request.url.path)
    if offered is None:
        return _problem(NOT_OFFERED, 404)
    try:
        content = await asyncio.get_running_loop().run_in_executor(_writers(), offered.write)
    except CnnvizError as error:
        return _problem(str(error), 422)
    except Exception:
        logger.exception("%s could not be made", offered.name)
        return _problem(FAILED, 422)  # nothing in between hides the sentence of a 4xx
    headers = {"content-disposition": f"attachment; filename*=utf-8''{quote(offered.name, safe='')}", **NO_STORE}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _problem(sentence: str, status: int) -> Response:
    return JSONResponse({"problem": sentence}, status_code=status, headers=NO_STORE)


route = Route(f"/{PLACE}/{{token}}", _send)
