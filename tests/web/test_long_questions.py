"""Questions to a worker by their routes: for whom, how far, how they end. The worker is played."""

import json
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import OPERATOR, Visitor, new_secret
from cnnviz.engine.ask import RunModel
from cnnviz.engine.long.answers import pack_answer
from cnnviz.engine.long.robustness import kept_series
from cnnviz.engine.long_questions import LONG_QUESTIONS
from cnnviz.errors import InvalidInput
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.runs.files import TEST_FILE
from cnnviz.runs.permitted import set_label
from cnnviz.training.config import TrainingConfig
from cnnviz.web.long_questions import question_routes, questions_url
from cnnviz.web.visitor_cookie import COOKIE
from tests.helpers import DIGITS_NET, OnlyStore
from tests.web.visitors import OWNER, SECRET, STRANGER


def halves(_: OnlyStore, subject: RunModel, params: Mapping[str, Any]) -> Generator[float, None, bytes]:
    yield 0.5
    if "wrong" in params:
        raise InvalidInput("Use another number. Received: 3.")
    return pack_answer({"epoch": subject.epoch, **params})


@pytest.fixture
def engine(tmp_path: Path) -> OnlyStore:
    return OnlyStore(tmp_path)


@pytest.fixture
def run_id(engine: OnlyStore) -> str:
    """A run that nobody but its owner may see."""
    return engine.store.create(DIGITS_NET, TrainingConfig(), owner=OWNER.id, sharing=Sharing.PRIVATE).id


@pytest.fixture
def client(engine: OnlyStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setitem(LONG_QUESTIONS, "halves", halves)
    with TestClient(Starlette(routes=question_routes(lambda: engine)), cookies={COOKIE: SECRET}) as client:
        yield client


def ask(client: TestClient, url: str, name: str = "halves", epoch: int | None = None, **params: Any) -> Any:
    path, query = url.split("?")
    return client.post(f"{path}/{name}?{query}", json={"epoch": epoch, "params": params})


def test_the_owner_is_told_how_far_it_is_and_then_the_answer(client: TestClient, run_id: str) -> None:
    begun = ask(client, questions_url(run_id, OWNER, SECRET), epoch=3, place=[1, 2])
    url = f"/questions/{begun.json()['id']}"
    first, last = client.get(url), client.get(url)
    assert (first.status_code, first.json()) == (202, {"share": 0.5})
    assert (last.status_code, last.headers["content-type"]) == (200, "application/octet-stream")
    length = int.from_bytes(last.content[:4], "little")
    assert json.loads(last.content[4 : 4 + length]) == {"epoch": 3, "place": [1, 2], "arrays": {}}
    assert {answer.headers["cache-control"] for answer in (begun, first, last)} == {"no-store"}
    assert client.get(url).status_code == 404, "what has come is held no longer"


@pytest.mark.parametrize("sharing", Sharing)
def test_a_stranger_may_ask_only_about_what_is_shared(
    client: TestClient, engine: OnlyStore, run_id: str, sharing: Sharing
) -> None:
    set_label(engine.store, run_id, sharing=sharing)
    answer = ask(client, questions_url(run_id, STRANGER, SECRET))
    assert answer.status_code == (404 if sharing is Sharing.PRIVATE else 200)
    if sharing is Sharing.PRIVATE:
        assert "There is no run" in answer.json()["problem"], "the same as of one that does not exist"
    assert ask(client, questions_url(run_id, OPERATOR, SECRET)).status_code == 200


@pytest.mark.parametrize("kind", ["none", "of another run", "of another browser", "made up"])
def test_without_a_ticket_of_this_browser_nobody_may_ask(client: TestClient, run_id: str, kind: str) -> None:
    url = {
        "none": f"/questions/{run_id}?",
        "of another run": questions_url("another", OWNER, SECRET).replace("another", run_id),
        "of another browser": questions_url(run_id, OWNER, new_secret()),
        "made up": f"/questions/{run_id}?ticket={OWNER.id}.1.abc",
    }[kind]
    answer = ask(client, url)
    assert (answer.status_code, answer.json()["problem"]) == (
        403,
        "Only who was shown this net may ask a worker about it. Load the page again.",
    )


def found_by_browser(count: int) -> dict[str, Any]:
    """Of 3 images with the classes 0, 1, 1: all right but the last at the strongest shift."""
    said = [[0, 1, 1]] * 6 + [[0, 1, 0]]
    return {"corruption": "shift", "count": count, "said": said, "sure": [[0.5, 0.75, 1.0]] * 7}


def keep(client: TestClient, engine: OnlyStore, run_id: str, visitor: Visitor, params: dict[str, Any]) -> Any:
    answers = TestPredictions(np.eye(2, dtype=np.float32)[[0, 1, 1]], np.array([0, 1, 1]), ("no", "yes"))
    engine.store.save_file(run_id, TEST_FILE, answers.to_bytes())
    path, query = questions_url(run_id, visitor, SECRET).split("?")
    return client.post(f"{path}/robustness/kept?{query}", json={"epoch": None, "params": params})


def test_what_its_owners_browser_found_is_kept_with_the_run(client: TestClient, engine: OnlyStore, run_id: str) -> None:
    assert keep(client, engine, run_id, OWNER, found_by_browser(3)).status_code == 204
    (found,) = kept_series(engine.store, engine.store.get(run_id), np.array([0, 1, 1]))
    assert found.series.title == "Shift"
    assert found.accuracies.tolist() == pytest.approx([1] * 6 + [2 / 3])
    assert found.sure[0].tolist() == [0.5, 0.75, 1]
    assert not kept_series(engine.store, engine.store.get(run_id), np.array([1, 1, 1])), "of other images"


def test_what_a_stranger_found_and_what_is_no_answer_is_not_kept(
    client: TestClient, engine: OnlyStore, run_id: str
) -> None:
    engine.store.update(run_id, sharing=Sharing.EVERYBODY)
    assert keep(client, engine, run_id, STRANGER, found_by_browser(3)).status_code == 403
    for wrong in ({"count": 2}, {"said": [[0, 1, 2]] * 7}, {"sure": [[0.5, 2.0, 0.1]] * 7}, {"corruption": "rain"}):
        answer = keep(client, engine, run_id, OWNER, found_by_browser(3) | wrong)
        assert answer.status_code in (400, 404)
        assert "Received" in answer.json()["problem"] or "Use one of" in answer.json()["problem"]
    assert not kept_series(engine.store, engine.store.get(run_id), np.array([0, 1, 1]))


def test_what_was_cancelled_is_asked_no_more(client: TestClient, run_id: str) -> None:
    url = f"/questions/{ask(client, questions_url(run_id, OWNER, SECRET)).json()['id']}"
    assert client.get(url).status_code == 202
    assert client.delete(url).status_code == 204
    answer = client.get(url)
    assert (answer.status_code, answer.json()) == (
        404,
        {"problem": "Nobody waits for this answer any more. Ask again."},
    )


def test_a_failure_is_told_as_a_sentence(client: TestClient, run_id: str) -> None:
    url = f"/questions/{ask(client, questions_url(run_id, OWNER, SECRET), wrong=3).json()['id']}"
    assert client.get(url).status_code == 202
    answer = client.get(url)
    assert (answer.status_code, answer.json()) == (400, {"problem": "Use another number. Received: 3."})


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"epoch": "1", "params": {}}', b'{"epoch": 1}', b"\xff"])
def test_what_cannot_be_read_is_refused(client: TestClient, run_id: str, body: bytes) -> None:
    path, query = questions_url(run_id, OWNER, SECRET).split("?")
    answer = client.post(f"{path}/halves?{query}", content=body)
    assert answer.status_code == 400
    assert "expected JSON with epoch and params" in answer.json()["problem"]


def test_a_question_that_is_none_and_one_that_is_too_long_are_refused(client: TestClient, run_id: str) -> None:
    url = questions_url(run_id, OWNER, SECRET)
    assert ask(client, url, "nothing").status_code == 404
    path, query = url.split("?")
    answer = client.post(f"{path}/halves?{query}", content=b"{}", headers={"content-length": "16000001"})
    assert answer.status_code == 400
    assert "too long" in answer.json()["problem"]
