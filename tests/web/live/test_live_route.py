"""The news of a run by its route: for whom, from where, what after a rewind, and that many viewers cost one reading."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import OPERATOR, Visitor, new_secret
from cnnviz.engine.trainings.queue import QueuePosition
from cnnviz.errors import EngineUnavailable
from cnnviz.runs.permitted import set_label
from cnnviz.runs.records import Run, Status
from cnnviz.runs.run_progress import Mark, Pause, Progress
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import DatasetFacts, Divergence
from cnnviz.web.live import followed
from cnnviz.web.live.route import live_route, live_url
from cnnviz.web.visitor_cookie import COOKIE
from tests.helpers import DIGITS_NET, SECONDS, OnlyStore
from tests.web.visitors import OWNER, SECRET, STRANGER

FACTS = DatasetFacts(tuple("0123456789"), (8, 8, 1), 1437, 0, 360, "digit")
EPOCH = {"loss": 2.5, "accuracy": 0.25, "val_loss": 2.4, "val_accuracy": 0.3}
AT_WORK = Progress(epoch=1, batch=9, num_batches=45, started=1000.0, seen=1002.0)


class NoWorkers(OnlyStore):
    """What the route asks an engine for, without workers."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.followed: set[str] = set()
        self.store.followed = self.followed
        self.said = ""
        self.stopping: set[str] = set()
        self.rate: float | None = None

    def is_following(self, run_id: str) -> bool:
        return run_id in self.followed

    def trouble(self, _: str) -> str:
        return self.said

    def is_stopping(self, run_id: str) -> bool:
        return run_id in self.stopping

    def asked_rate(self, _: Run) -> float | None:
        return self.rate

    def queue_position(self, _: str) -> QueuePosition:
        return QueuePosition(2, 60)


@pytest.fixture
def engine(tmp_path: Path) -> NoWorkers:
    return NoWorkers(tmp_path)


@pytest.fixture
def run(engine: NoWorkers) -> Run:
    """A run of a visitor, at work here, with a few batches."""
    run = engine.store.create(DIGITS_NET, TrainingConfig(), owner=OWNER.id, sharing=Sharing.PRIVATE)
    engine.followed.add(run.id)
    engine.store.update(run.id, status=Status.RUNNING, progress=AT_WORK, facts=FACTS)
    engine.store.add_points(run.id, 1, points(0.1, 0.2))
    return run


@pytest.fixture
def client(engine: NoWorkers) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=[live_route(lambda: engine)]), cookies={COOKIE: SECRET}) as client:
        yield client


def points(*positions: float) -> list[dict[str, float]]:
    return [{"epoch": at, "loss": 3 - at, "accuracy": at / 10, "learning_rate": 0.001} for at in positions]


def url(run: Run, visitor: Visitor = OWNER, browser: str = SECRET, at: str = "") -> str:
    return f"{live_url(run.id, visitor, browser)}&at={at}"


def news(socket: WebSocketTestSession) -> dict[str, Any]:
    return json.loads(socket.receive_text())


def close_code(socket: WebSocketTestSession) -> int:
    """With what code the server closes, whatever it tells before."""
    while (message := socket.receive())["type"] != "websocket.close":
        pass
    return message["code"]


def later(socket: WebSocketTestSession, name: str) -> dict[str, Any]:
    """The next message that has something of a name."""
    while not (message := news(socket)).get(name):
        pass
    return message


def nets_made_by(monkeypatch: pytest.MonkeyPatch, make: Callable[..., str]) -> None:
    """The nets of all epochs are kept, and made for browsers by `make`."""
    monkeypatch.setattr(followed, "net_of_run", make)
    monkeypatch.setattr(followed, "net_url", lambda name: f"/nets/{name}")
    monkeypatch.setattr(followed, "kept_epochs", lambda store, run_id: list(range(1, store.last_epoch(run_id) + 1)))


def test_a_viewer_is_told_all_and_then_only_what_is_new(client: TestClient, engine: NoWorkers, run: Run) -> None:
    with client.websocket_connect(url(run)) as socket:
        first = news(socket)
        assert first["points"] == [[0.1, 2.9, 0.01, 0.001], [0.2, 2.8, 0.02, 0.001]]
        assert (first["anew"], first["epochs"]) == (True, [])
        assert first["about"]["classes"] == list("0123456789")
        assert first["about"]["planned"] == [[0, 0.001], [5, 0.001]]
        assert first["about"]["titles"]["conv_1"] == "Convolution 1"
        head = first["head"]
        assert head["words"].startswith("Epoch 1 of 5, batch 9 of 45, about ")
        assert (head["state"], head["speed"], head["share"]) == ("running", 288, 9 / 225)
        engine.store.add_points(run.id, 1, points(0.3))
        second = later(socket, "points")
        assert (second["points"], second["anew"]) == ([[0.3, 2.7, 0.03, 0.001]], False)
        assert "about" not in second
        engine.store.add_epoch(run.id, 1, {**EPOCH, "val_loss": float("nan"), "confusion": [[1]], "images": {}})
        row = later(socket, "epochs")["epochs"]
    assert row == [{"epoch": 1, **EPOCH, "val_loss": None, "confusion": [[1]]}]


def test_who_comes_back_is_told_what_came_meanwhile(client: TestClient, engine: NoWorkers, run: Run) -> None:
    with client.websocket_connect(url(run)) as other:  # the run is followed all the time
        at = news(other)["at"]
        engine.store.add_points(run.id, 1, points(0.3, 0.4))
        later(other, "points")
        with client.websocket_connect(url(run, at=at)) as socket:
            back = news(socket)
    assert [row[0] for row in back["points"]] == [0.3, 0.4]
    assert back["anew"] is False
    assert back["head"], "the parts are told again: nobody knows which of them a browser still has"


@pytest.mark.parametrize(
    "at", ["", "0" * 16 + "-5-1", "'; drop table runs", "-1--1", "9" * 400, "\u0660" * 16 + "-1-1"]
)
def test_a_place_that_nobody_knows_is_the_beginning(client: TestClient, run: Run, at: str) -> None:
    with client.websocket_connect(url(run, at=at)) as socket:
        told = news(socket)
    assert (told["anew"], len(told["points"])) == (True, 2)


def test_after_a_rewind_all_is_told_anew_with_its_mark(client: TestClient, engine: NoWorkers, run: Run) -> None:
    store = engine.store
    store.add_epoch(run.id, 1, EPOCH)
    store.add_points(run.id, 2, points(1.5))
    with client.websocket_connect(url(run)) as socket:
        assert len(news(socket)["points"]) == 3
        store.rewind(run.id, 1)
        mark = Mark("rewind", 1)
        store.update(run.id, status=Status.QUEUED, progress=replace(AT_WORK, marks=(mark,)))
        again = later(socket, "marks")
        assert (again["anew"], [row[0] for row in again["points"]]) == (True, [0.1, 0.2])
        assert again["marks"] == [{"kind": "rewind", "epoch": 1, "value": None}]
        assert again["head"]["words"] == "Waiting: 2 trainings before yours, about 60 s"
        store.rewind(run.id, 0)
        assert later(socket, "anew")["epochs"] == []


def test_a_page_is_drawn_anew_for_a_run_that_was_asked_to_stop_and_its_bar_stays(
    client: TestClient, engine: NoWorkers, run: Run
) -> None:
    held = replace(AT_WORK, paused=True, pause=Pause(0, 9, 1.0))
    engine.store.update(run.id, status=Status.PAUSED, progress=held)
    with client.websocket_connect(url(run)) as socket:
        head = news(socket)["head"]
        assert (head["state"], head["share"]) == ("paused, without a worker", 9 / 225)
        engine.stopping.add(run.id)
        engine.store.update(run.id, status=Status.QUEUED, message="Stopped.")
        head = later(socket, "head")["head"]
        assert (head["state"], head["share"]) == ("queued, stopping", 9 / 225)
        assert head["words"] == "Stopped. Waiting: 2 trainings before yours, about 60 s"
        engine.store.update(run.id, status=Status.RUNNING)
        head = later(socket, "head")["head"]
        assert (head["state"], head["share"]) == ("paused, stopping", 9 / 225)


def test_a_rate_that_is_asked_for_while_a_run_is_held_is_told_to_all_until_it_has_it(
    client: TestClient, engine: NoWorkers, run: Run
) -> None:
    engine.store.update(run.id, progress=replace(AT_WORK, paused=True))
    with client.websocket_connect(url(run)) as one, client.websocket_connect(url(run)) as other:
        assert [news(socket)["head"]["words"] for socket in (one, other)] == ["Epoch 1 of 5, batch 9 of 45, paused"] * 2
        for rate in (0.0005, 0.01):
            engine.rate = rate
            engine.store.changes.tell(run.id)
            said = f"Epoch 1 of 5, batch 9 of 45, paused; learning rate {rate} from the next batch on"
            assert [later(socket, "head")["head"]["words"] for socket in (one, other)] == [said] * 2
        engine.rate = None
        engine.store.changes.tell(run.id)
        assert later(other, "head")["head"]["words"] == "Epoch 1 of 5, batch 9 of 45, paused"


@pytest.mark.parametrize("status", [Status.FINISHED, Status.STOPPED, Status.FAILED])
def test_a_run_that_has_ended_is_told_once_and_the_connection_closed(
    client: TestClient, engine: NoWorkers, run: Run, status: Status
) -> None:
    engine.store.update(run.id, status=status, progress=replace(AT_WORK, divergence=Divergence(1, 10, 3e7)))
    engine.followed.clear()
    with client.websocket_connect(url(run)) as socket:
        told = news(socket)
        assert (told["head"]["state"], told["head"]["moves"]) == (status, False)
        assert told["head"]["diverged"] is (status is Status.FAILED)
        assert close_code(socket) == 1000


def test_the_end_is_told_when_the_last_results_are_there(client: TestClient, engine: NoWorkers, run: Run) -> None:
    with client.websocket_connect(url(run)) as socket:
        news(socket)
        engine.store.update(run.id, status=Status.FINISHED)
        assert later(socket, "head")["head"]["moves"] is True
        engine.followed.clear()  # nothing is written then
        assert later(socket, "head")["head"] | {"words": ""} == {
            "state": "finished",
            "moves": False,
            "paused": False,
            "words": "",
            "share": 9 / 225,
            "speed": 288,
            "rate": 0.001,
            "position": 0.2,
            "trouble": "",
            "kept": None,
            "diverged": False,
        }
        assert close_code(socket) == 1000


def test_thirty_viewers_cost_as_many_readings_as_one(
    client: TestClient, engine: NoWorkers, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = []
    read = followed.read_news
    monkeypatch.setattr(followed, "read_news", lambda *args: readings.append(1) or read(*args))
    with ExitStack() as stack:
        sockets = [stack.enter_context(client.websocket_connect(url(run))) for _ in range(30)]
        for socket in sockets:
            news(socket)
        assert len(readings) == 1
        engine.store.add_points(run.id, 1, points(0.3))
        assert {len(later(socket, "points")["points"]) for socket in sockets} == {1}
    assert len(readings) == 2


def test_nets_of_epochs_that_end_in_one_moment_are_made_together_and_none_is_left_out(
    client: TestClient, engine: NoWorkers, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    have_ended = threading.Event()

    def make(_: object, __: Run, epoch: int) -> str:
        assert have_ended.wait(SECONDS), "while the first net is made, all epochs end"
        made.append(epoch)
        return f"net-{epoch}"

    nets_made_by(monkeypatch, make)
    told = []
    with client.websocket_connect(url(run)) as socket:
        news(socket)
        for epoch in range(1, 6):
            engine.store.add_epoch(run.id, epoch, EPOCH)
        have_ended.set()
        while not told or len(told[-1]) < 5:
            told.append(later(socket, "stops")["stops"])
    assert told[-1][-1] == {"title": "Epoch 5", "url": "/nets/net-5"}
    assert made == [1, 2, 3, 4, 5], "each once"
    assert len(told) <= 2, "the first at once, the others a second later together"


def test_a_net_that_takes_long_to_make_holds_up_nothing_that_the_run_tells(
    client: TestClient, engine: NoWorkers, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that trains is asked for the first one."""
    is_made, is_wanted = threading.Event(), threading.Event()

    def make(*_: object) -> str:
        is_wanted.set()
        assert is_made.wait(SECONDS)
        return "net-1"

    nets_made_by(monkeypatch, make)
    with client.websocket_connect(url(run)) as socket:
        news(socket)
        engine.store.add_epoch(run.id, 1, EPOCH)
        assert is_wanted.wait(SECONDS)
        engine.store.add_points(run.id, 2, points(1.5))
        timer = threading.Timer(10, is_made.set)
        timer.start()
        assert [row[0] for row in later(socket, "points")["points"]] == [1.5]
        assert not is_made.is_set(), "it waited for the net"
        timer.cancel()
        is_made.set()
        assert later(socket, "stops")["stops"] == [{"title": "Epoch 1", "url": "/nets/net-1"}]


def test_the_net_of_an_epoch_is_made_later_where_no_worker_answers_though_no_further_epoch_comes(
    client: TestClient, engine: NoWorkers, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a run is held after one epoch."""
    refused: list[int] = []

    def make(_: object, __: Run, epoch: int) -> str:
        if not refused:
            refused.append(epoch)
            raise EngineUnavailable("The worker did not answer.")
        return f"net-{epoch}"

    nets_made_by(monkeypatch, make)
    with client.websocket_connect(url(run)) as socket:
        news(socket)
        engine.store.add_epoch(run.id, 1, EPOCH)
        assert later(socket, "stops")["stops"] == [{"title": "Epoch 1", "url": "/nets/net-1"}]
    assert refused == [1]


# ---- for whom


def refused(client: TestClient, address: str) -> bool:
    with pytest.raises(WebSocketDisconnect) as closed, client.websocket_connect(address):
        pass
    return closed.value.code == 1008


def test_a_private_run_is_for_its_owner_and_the_operator(client: TestClient, run: Run) -> None:
    for visitor in (OWNER, OPERATOR):
        with client.websocket_connect(url(run, visitor)) as socket:
            assert news(socket)["points"]
    assert refused(client, url(run, STRANGER))


def test_a_run_shared_by_its_link_is_for_all_until_it_is_private_again(
    client: TestClient, engine: NoWorkers, run: Run
) -> None:
    set_label(engine.store, run.id, sharing=Sharing.LINK)
    with client.websocket_connect(url(run, STRANGER)) as socket:
        news(socket)
        set_label(engine.store, run.id, sharing=Sharing.PRIVATE)
        assert close_code(socket) == 1008


def test_a_ticket_is_for_one_run_one_visitor_and_one_browser(client: TestClient, engine: NoWorkers, run: Run) -> None:
    other = engine.store.create(DIGITS_NET, TrainingConfig(), owner=OWNER.id, sharing=Sharing.PRIVATE)
    ticket = live_url(run.id, OWNER, SECRET).partition("ticket=")[2]
    assert refused(client, f"/live/{other.id}?ticket={ticket}")
    assert refused(client, url(run, browser=new_secret()))
    assert refused(client, url(run, browser=""))
    assert refused(client, f"/live/{run.id}?ticket={ticket.replace('.0.', '.1.')}")
    assert refused(client, f"/live/{run.id}?ticket={STRANGER.id}{ticket[ticket.index('.') :]}")
    for hostile in ("", ".", "..", "a.b", "%00", "\u00e9.0.\u00e9", "x" * 3000):
        assert refused(client, f"/live/{run.id}?ticket={hostile}")


@pytest.mark.parametrize("run_id", ["nothere", "%2e%2e", "a" * 500, "%00", "\u00e9", "1;drop"])
def test_what_is_no_run_is_refused_like_one_that_is_hidden(client: TestClient, run: Run, run_id: str) -> None:
    assert refused(client, f"{live_url(run_id, OPERATOR, SECRET)}")


def test_a_browser_that_talks_is_not_listened_to(client: TestClient, run: Run) -> None:
    with client.websocket_connect(url(run)) as socket:
        news(socket)
        socket.send_text("x" * 1000)
        assert close_code(socket) == 1008


def test_a_run_that_is_deleted_ends_the_connection(client: TestClient, engine: NoWorkers, run: Run) -> None:
    with client.websocket_connect(url(run)) as socket:
        news(socket)
        engine.store.delete(run.id)
        assert close_code(socket) == 1008
