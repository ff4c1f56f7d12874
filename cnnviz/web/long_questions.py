"""The routes of long questions to a worker.

    POST   /questions/<run>/<name>?ticket=...   {"epoch", "params"} -> {"id"}
    POST   /questions/<run>/robustness/kept?ticket=...   the same, with what a browser found -> 204
    GET    /questions/<id>                      -> 202 {"share"} | 200 the answer | 4xx {"problem"}
    DELETE /questions/<id>

A GET works on the next chunk of the question, and answers when that is done: who asks no more leaves no work behind.
The id is the permission: it cannot be guessed, and only who may see the run is told it.
"""

import asyncio
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cnnviz.access.tickets import Tickets
from cnnviz.access.visitor import Visitor, is_secret
from cnnviz.engine.ask import RunModel
from cnnviz.engine.engine import Engine
from cnnviz.engine.long.robustness import keep_series
from cnnviz.engine.long_questions import LongQuestions
from cnnviz.errors import CnnvizError, EngineUnavailable, InvalidInput, NotAllowed, UnexpectedFailure, UnknownName
from cnnviz.runs.permitted import visible_run
from cnnviz.web.cache_headers import NO_STORE
from cnnviz.web.visitor_cookie import COOKIE

PLACE = "questions"
MAX_BYTES = 16_000_000  # of what is sent: a picture and a map, as text
PATIENCE = 15.0  # seconds of a GET: what stands between cuts off those that are silent for long
STATUS = {NotAllowed: 403, UnknownName: 404, EngineUnavailable: 429, UnexpectedFailure: 422}
"""Of what went wrong; 400 for the rest. None is a server's fault for what stands between to hide the sentence of."""

tickets = Tickets()


def questions_url(run_id: str, visitor: Visitor, browser: str) -> str:
    """Where a visitor's browser may ask about a run, for `askWorker`; `browser` is its cookie's secret, or ""."""
    return f"/{PLACE}/{run_id}?ticket={tickets.issue(visitor, run_id, browser)}"


def question_routes(engine: Callable[[], Engine]) -> list[Route]:
    """The routes; `engine()` gives the engine of this server, once it is asked."""
    questions_of = lru_cache(maxsize=1)(LongQuestions)

    async def start(request: Request) -> Response:
        run_id, name = request.path_params["run"], request.path_params["name"]
        try:
            visitor = _visitor(request, run_id)
            await asyncio.to_thread(visible_run, engine().store, run_id, visitor)
            epoch, params = await _read(request)
            waiting = await asyncio.to_thread(questions_of(engine()).start, name, run_id, epoch, params)
        except CnnvizError as error:
            return _problem(error)
        return JSONResponse({"id": waiting}, headers=NO_STORE)

    async def go_on(request: Request) -> Response:
        questions, waiting = questions_of(engine()), request.path_params["id"]
        try:
            await asyncio.wait([asyncio.wrap_future(questions.step(waiting))], timeout=PATIENCE)
            state = questions.state(waiting)
        except CnnvizError as error:
            return _problem(error)
        if isinstance(state, bytes):
            questions.cancel(waiting)  # it has come: tens of megabytes need not wait for the next question
            return Response(state, media_type="application/octet-stream", headers=NO_STORE)
        return JSONResponse({"share": state}, status_code=202, headers=NO_STORE)

    async def cancel(request: Request) -> Response:
        questions_of(engine()).cancel(request.path_params["id"])
        return Response(status_code=204)

    return [
        _keeping(engine),
        Route(f"/{PLACE}/{{run}}/{{name}}", start, methods=["POST"]),
        Route(f"/{PLACE}/{{id}}", go_on, methods=["GET"]),
        Route(f"/{PLACE}/{{id}}", cancel, methods=["DELETE"]),
    ]


def _keeping(engine: Callable[[], Engine]) -> Route:
    """The route of what a browser found by itself."""

    async def keep(request: Request) -> Response:
        run_id = request.path_params["run"]
        try:
            visitor = _visitor(request, run_id)
            epoch, params = await _read(request)
            await asyncio.to_thread(keep_series, engine(), RunModel(run_id, epoch), params, by=visitor)
        except CnnvizError as error:
            return _problem(error)
        return Response(status_code=204)

    return Route(f"/{PLACE}/{{run}}/robustness/kept", keep, methods=["POST"])


def _visitor(request: Request, run_id: str) -> Visitor:
    cookie = request.cookies.get(COOKIE, "")
    visitor = tickets.read(request.query_params.get("ticket", ""), run_id, cookie if is_secret(cookie) else "")
    if visitor is None:
        raise NotAllowed("Only who was shown this net may ask a worker about it. Load the page again.")
    return visitor


async def _read(request: Request) -> tuple[int | None, dict[str, Any]]:
    """Epoch and parameters as they were sent."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > MAX_BYTES:
        raise InvalidInput(
            f"The question is too long for the server: expected at most {MAX_BYTES:,} bytes. Choose a net with a "
            f"smaller picture. Received: {length or 'unknown'}."
        )
    try:
        body = await request.json()
    except ValueError:
        body = None
    match body:
        case {"epoch": int() | None as epoch, "params": dict(params)}:
            return epoch, params
    raise InvalidInput("The question cannot be read: expected JSON with epoch and params. Load the page again.")


def _problem(error: CnnvizError) -> Response:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
    return JSONResponse({"problem": str(error)}, status_code=status, headers=NO_STORE)
