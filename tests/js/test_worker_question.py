"""Asking a worker from the browser: progress, the answer, what goes wrong, and leaving it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, Route

from cnnviz.engine.long.answers import pack_answer
from tests.js.conftest import ORIGIN, wait_until

BASE = "/questions/run1?ticket=a.b"
ASK = """async ([base, params, cancelAt]) => {
  const { askWorker, arrayOf } = await import("/shared/worker_question.js");
  const shares = [];
  const leave = new AbortController();
  const told = (share) => {
    shares.push(share);
    if (share === cancelAt) leave.abort();
  };
  const given = { ...params, image: Uint8Array.from(params.image ?? []) };
  try {
    const answer = await askWorker(base, "attribution", given, { told, signal: leave.signal });
    const { values, shape } = arrayOf(answer, "map");
    return { shares, json: answer.json, map: [...values], shape, pixels: [...arrayOf(answer, "pixels").values] };
  } catch (error) {
    return { shares, name: error.constructor.name, text: error.message };
  }
}"""


class Server:
    """Answers with what `replies` holds, in this order; `heard` are the requests."""

    def __init__(self) -> None:
        self.replies: list[dict[str, Any]] = []
        self.heard: list[tuple[str, str, Any]] = []

    def answer(self, route: Route) -> None:
        request = route.request
        self.heard.append(
            (request.method, request.url.removeprefix(ORIGIN), request.post_data and request.post_data_json)
        )
        if request.method == "DELETE":
            route.fulfill(status=204)
        else:
            route.fulfill(**self.replies.pop(0))


@pytest.fixture
def server(modules: Page) -> Iterator[Server]:
    server = Server()
    modules.route(f"{ORIGIN}/questions/**", server.answer)
    yield server
    modules.unroute(f"{ORIGIN}/questions/**")


@pytest.fixture
def ask(modules: Page) -> Callable[..., Any]:
    def ask(cancel_at: float | None = None, **params: Any) -> Any:
        return modules.evaluate(ASK, [BASE, params, cancel_at])

    return ask


def share(value: float) -> dict[str, Any]:
    return {"status": 202, "json": {"share": value}}


def test_it_asks_on_until_the_answer_is_there(server: Server, ask: Callable) -> None:
    values, pixels = np.array([[0.5, -1.25]], np.float32), np.array([1, 2, 255], np.uint8)
    answer = {"status": 200, "body": pack_answer({"score": 2.5}, pixels=pixels, map=values)}
    server.replies = [{"json": {"id": "abc"}}, share(0.25), share(0.75), answer]
    found = ask(epoch=3, image=[7, 8], method="occlusion")
    assert found["shares"] == [0.25, 0.75]
    assert (found["map"], found["shape"], found["pixels"]) == ([0.5, -1.25], [1, 2], [1, 2, 255])
    assert found["json"]["score"] == 2.5
    asked = {"epoch": 3, "params": {"image": [7, 8], "method": "occlusion"}}
    assert server.heard[0] == ("POST", "/questions/run1/attribution?ticket=a.b", asked)
    assert server.heard[1:] == [("GET", "/questions/abc", None)] * 3


def test_a_problem_is_the_server_s_sentence(server: Server, ask: Callable) -> None:
    problem = {"status": 400, "json": {"problem": "The patch is too large."}}
    for replies in ([problem], [{"json": {"id": "abc"}}, share(0.5), problem]):
        server.replies = list(replies)
        found = ask()
        assert (found["name"], found["text"]) == ("WorkerProblem", "The patch is too large.")
    server.replies = [{"status": 502, "body": "<html>"}]
    assert ask()["text"] == "The server does not answer. Load the page again. Received: status 502."


def test_who_leaves_says_so_and_asks_no_more(server: Server, ask: Callable, modules: Page) -> None:
    server.replies = [{"json": {"id": "abc"}}, share(0.25), share(0.5)]
    assert ask(0.25)["name"] == "DOMException"
    wait_until(modules, lambda: server.heard[-1][0] == "DELETE")  # it is told while nobody waits for it
    assert [method for method, *_ in server.heard] == ["POST", "GET", "DELETE"]
    assert server.heard[-1][1] == "/questions/abc"
    assert json.dumps(server.replies) == json.dumps([share(0.5)])
