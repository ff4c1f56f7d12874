"""What is wanted of a run outlives its attempts: no command is lost between two of them. No worker is started."""

from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

import pytest

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.engine.remote import tasks
from cnnviz.engine.trainings.dispatcher import Dispatcher
from cnnviz.engine.trainings.event_loop import StoreOutage
from cnnviz.engine.trainings.messages import ResultArrived, RewindAsked, Submitted, TrainingEnded, TrainingLost
from cnnviz.engine.trainings.queue import TrainingQueue
from cnnviz.engine.workers.worker_connection import WorkerEvent
from cnnviz.runs.files import CHECKPOINT_FILE
from cnnviz.runs.records import Status
from cnnviz.runs.run_progress import Mark
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import Accepted, Envelope, Event, Paused, pack
from cnnviz.training.loop.control import Command, Control, NumberedCommand
from cnnviz.training.loop.job import GivenBack
from tests.helpers import OtherThread

NET = get_preset("digits-small").architecture
WORKER = "tcp://worker"


class Future:
    """One attempt; its worker is played by the test."""

    def __init__(self, client: "Client", key: str, commands: tuple[NumberedCommand, ...]) -> None:
        self.client, self.key, self.status = client, key, "pending"
        self.control = Control()
        self.control.obey(commands)

    def add_done_callback(self, _: object) -> None:
        """Its end is told by the test."""


class Client:
    """A Dask client of one worker, and the connection that has it; `attempts` are what was submitted."""

    topic = "events"

    def __init__(self) -> None:
        self.messages: SimpleQueue[Any] = SimpleQueue()
        self.is_ready = True
        self.workers: list[str] | None = [WORKER]  # None: the scheduler says nothing
        self.attempts: list[Future] = []
        self.abandoned: list[str] = []
        self.scheduler = SimpleNamespace(identity="identity", processing="processing")
        self.loop = SimpleNamespace(add_callback=lambda *_, **__: None)

    def client(self, seconds: float) -> "Client":
        assert seconds == 0, "a connection that is lost is waited for by nobody"
        return self

    def sync(self, function: str, **_: object) -> dict[str, Any]:
        if self.workers is None:
            raise TimeoutError
        workers = {worker: {"resources": {"training": 1}} for worker in self.workers}
        return {"workers": workers} if function == "identity" else {}

    def cancel(self, *_: object, **__: object) -> None:
        """Nothing runs."""

    def submit(
        self, _: object, __: object, job: object, topic: str, commands: Any, *, key: str, **___: object
    ) -> Future:
        self.attempts.append(Future(self, key, commands))
        return self.attempts[-1]

    def send(self, function: object, run_id: str, key: str, commands: Any = (), *, worker: str | None = None) -> None:
        """Its worker is played by the test; what is sent while the connection is lost does not arrive."""
        if not self.is_ready:
            return
        if function is tasks.abandon:
            self.abandoned.append(key)
        elif function in (tasks.obey, tasks.want_back):
            next(one for one in self.attempts if one.key == key).control.obey(commands)

    def run_on(self, *_: object) -> None:
        raise AssertionError("nobody waits for a worker")


class Training:
    """A run of which three epochs are kept, under way on the worker."""

    def __init__(self, home: Path) -> None:
        self.store, self.queue, self.cluster = RunStore(home), TrainingQueue(), Client()
        connection: Any = self.cluster
        self.dispatcher = Dispatcher(self.store, self.queue, connection, StoreOutage(), learn=lambda _: None)
        self.run_id = self.store.create(NET, TrainingConfig(epochs=9)).id
        self.dispatcher.submit(self.run_id)
        self.begin()
        for epoch in (1, 2, 3):
            self.store.add_epoch(self.run_id, epoch, {"loss": 1.0})
            self.store.save_file(self.run_id, CHECKPOINT_FILE.format(epoch), b"weights")

    @property
    def attempt(self) -> Future:
        return self.cluster.attempts[-1]

    def place(self) -> None:
        self.dispatcher.check()

    def tell(self, event: Event) -> None:
        told = pack(Envelope(self.run_id, self.attempt.key, event))
        self.dispatcher.handle(WorkerEvent(self.run_id, told))

    def begin(self) -> None:
        self.place()
        self.tell(Accepted())

    def lose(self) -> None:
        self.dispatcher.handle(TrainingLost(self.run_id, self.attempt))

    def ask_rewind(self, epoch: int) -> None:
        self.dispatcher.commands.begin_again(self.run_id)
        self.queue.ask_rewind(self.run_id, epoch)

    def give(self, command: Command | float) -> None:
        self.dispatcher.commands.give(self.run_id, command)


@pytest.fixture
def training(tmp_path: Path) -> Training:
    return Training(tmp_path)


def _lost_unnoticed(training: Training, give: Callable[[], None]) -> None:
    training.cluster.is_ready = False
    give()
    training.cluster.is_ready = True
    training.lose()
    training.begin()


def _waiting_again(training: Training, give: Callable[[], None]) -> None:
    training.lose()
    give()
    training.begin()


def _given_to_a_worker(training: Training, give: Callable[[], None]) -> None:
    training.lose()
    training.place()
    give()
    training.tell(Accepted())


def _going_back(training: Training, give: Callable[[], None]) -> None:
    training.ask_rewind(2)
    training.dispatcher.handle(RewindAsked(training.run_id))
    assert training.cluster.abandoned[-1] == training.attempt.key
    give()
    training.dispatcher.handle(TrainingEnded(training.run_id, training.attempt))
    assert training.store.last_epoch(training.run_id) == 2
    training.begin()


BETWEEN = [_lost_unnoticed, _waiting_again, _given_to_a_worker, _going_back]


@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize(
    ("command", "is_obeyed"),
    [
        ("stop", lambda control: control.should_stop),
        ("pause", lambda control: control.is_stepping),
        ("step", lambda control: control.is_stepping),
        (0.25, lambda control: control.take_learning_rate() == 0.25),
    ],
)
def test_a_command_between_two_attempts_is_obeyed_by_the_next(
    training: Training, between: Callable[..., None], command: Command | float, is_obeyed: Callable[[Control], bool]
) -> None:
    first = training.attempt
    between(training, lambda: training.give(command))
    assert training.attempt is not first
    assert is_obeyed(training.attempt.control)
    assert training.store.get(training.run_id).status is Status.RUNNING


@pytest.mark.parametrize("between", BETWEEN)
def test_a_pause_that_is_over_does_not_come_back(training: Training, between: Callable[..., None]) -> None:
    training.give("pause")
    assert training.attempt.control.is_stepping
    between(training, lambda: training.give("resume"))
    assert not training.attempt.control.is_stepping


@pytest.mark.parametrize("command", ["pause", "step", "epoch"])
def test_a_run_that_was_held_when_its_worker_died_is_held_again(training: Training, command: Command) -> None:
    training.give(command)
    training.tell(Paused(is_held=True))
    training.lose()
    training.begin()
    assert training.attempt.control.is_stepping


def test_an_epoch_that_was_not_done_when_the_worker_died_is_done_again(training: Training) -> None:
    training.give("pause")
    training.tell(Paused(is_held=True))
    training.give("epoch")
    training.lose()
    training.begin()
    assert not training.attempt.control.is_stepping, "it goes on to the end of the epoch"


def test_a_run_that_is_held_goes_on_from_the_epoch_that_it_goes_back_to(training: Training) -> None:
    training.give("pause")
    training.give(0.25)
    training.ask_rewind(1)
    training.dispatcher.handle(RewindAsked(training.run_id))
    training.dispatcher.handle(TrainingEnded(training.run_id, training.attempt))
    training.begin()
    assert not training.attempt.control.is_stepping
    assert training.attempt.control.take_learning_rate() == 0.25


def _worker_dies(training: Training) -> None:
    training.dispatcher.handle(RewindAsked(training.run_id))
    training.lose()


def _asked_before_it_begins(training: Training) -> None:
    training.dispatcher.handle(RewindAsked(training.run_id))


def _result_comes_first(training: Training) -> None:
    training.queue.end(training.run_id, training.attempt)
    result: Any = None  # not looked at
    training.dispatcher.handle(ResultArrived(training.run_id, training.attempt, result))
    training.dispatcher.handle(RewindAsked(training.run_id))


@pytest.mark.parametrize("happens", [_worker_dies, _asked_before_it_begins, _result_comes_first])
def test_a_rewind_is_done_at_once_whatever_becomes_of_the_attempt_before(
    training: Training, happens: Callable[[Training], None]
) -> None:
    if happens is _asked_before_it_begins:
        training.lose()
        training.place()
    first = training.attempt
    training.ask_rewind(1)
    happens(training)
    assert training.store.last_epoch(training.run_id) == 1
    assert training.store.get(training.run_id).status is Status.QUEUED
    training.begin()
    assert training.attempt is not first
    assert training.queue.rewind_epoch(training.run_id) is None


@pytest.mark.parametrize(("first", "second"), [(2, 1), (1, 2)])
def test_of_two_rewinds_at_once_no_epoch_that_is_forgotten_is_shown(
    training: Training, monkeypatch: pytest.MonkeyPatch, first: int, second: int
) -> None:
    """The second is asked for in another tab, which still shows all epochs, while the first is being done."""
    go_back, shown = training.store.rewind, []

    def meanwhile(run_id: str, epoch: int) -> None:
        go_back(run_id, epoch)
        if not shown:
            training.ask_rewind(second)
        shown.append(epoch)

    training.lose()
    monkeypatch.setattr(training.store, "rewind", meanwhile)
    training.ask_rewind(first)
    training.dispatcher.handle(RewindAsked(training.run_id))
    training.dispatcher.handle(RewindAsked(training.run_id))
    progress = training.store.get(training.run_id).progress
    assert shown == [first, 1]
    assert (training.store.last_epoch(training.run_id), progress.epoch) == (1, 2)
    assert progress.marks[-1] == Mark("rewind", 1)
    training.begin()
    assert training.queue.rewind_epoch(training.run_id) is None


def test_a_command_to_a_run_that_has_ended_waits_for_nobody(training: Training) -> None:
    training.dispatcher.forget(training.run_id)
    training.give("pause")
    assert training.dispatcher.commands.of(training.run_id) == ()


def test_deliveries_may_come_twice_and_in_any_order() -> None:
    control = Control()
    control.obey([NumberedCommand(3, "resume")])
    control.obey([NumberedCommand(2, "pause")])
    assert not control.is_stepping
    control.obey([NumberedCommand(4, 0.5), NumberedCommand(3, "resume")])
    assert control.take_learning_rate() == 0.5
    control.obey([NumberedCommand(4, 0.5), NumberedCommand(3, "resume")])
    assert control.take_learning_rate() is None


@pytest.mark.parametrize("command", ["stop", "step"])
def test_a_command_is_obeyed_that_comes_just_when_a_paused_run_leaves_its_worker(
    training: Training, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    training.give("pause")
    paused = training.attempt
    given_back = GivenBack(3, 0, b"weights", 1.0, paused.control.newest)
    loop = OtherThread(lambda: training.dispatcher.handle(ResultArrived(training.run_id, paused, given_back)))
    is_following = training.queue.is_following

    def left_meanwhile(run_id: str) -> bool:
        loop.go_as_far_as_it_can()
        return is_following(run_id)

    monkeypatch.setattr(training.queue, "is_following", left_meanwhile)
    training.give(command)
    loop.end()
    while not training.cluster.messages.empty():
        training.dispatcher.handle(training.cluster.messages.get())
    training.tell(Accepted())
    assert training.attempt is not paused
    assert (training.attempt.control.should_stop, training.attempt.control.is_stepping) == (command == "stop", True)


def test_a_worker_that_is_free_gets_a_run_with_what_it_is_to_do(
    training: Training, monkeypatch: pytest.MonkeyPatch
) -> None:
    training.dispatcher.forget(training.run_id)
    loop, add = OtherThread(training.place), training.queue.add

    def placed_at_once(run_id: str, *, first: bool) -> None:
        add(run_id, first=first)
        loop.go_as_far_as_it_can()

    monkeypatch.setattr(training.queue, "add", placed_at_once)
    training.dispatcher.submit(training.run_id, command="step")
    loop.end()
    assert training.attempt.control.is_stepping, "before it has begun"


def test_an_attempt_that_was_given_up_before_it_had_begun_is_ended_when_it_begins(training: Training) -> None:
    """Else its worker would train to the end, followed by nobody, and others would wait for it."""
    training.lose()
    training.place()
    training.dispatcher.forget(training.run_id)
    training.tell(Accepted())
    assert training.cluster.abandoned[-1] == training.attempt.key
    assert training.run_id not in training.queue


@pytest.mark.parametrize(("status", "is_lost"), [("lost", True), ("finished", False)])
def test_a_run_whose_result_was_lost_with_its_worker_goes_on(training: Training, status: str, is_lost: bool) -> None:
    """Dask would wait for a worker of that address to come back; a result that is on its way here is none of its."""
    ended = training.attempt
    training.queue.end(training.run_id, ended)
    ended.status = status
    training.cluster.workers = ["tcp://another"]
    training.dispatcher.check()
    assert (training.store.get(training.run_id).status is Status.QUEUED) is is_lost
    assert (training.attempt is not ended) is is_lost


def test_a_scheduler_that_says_nothing_breaks_nothing(training: Training) -> None:
    training.lose()
    training.cluster.workers = None
    training.place()
    training.dispatcher.handle(Submitted(training.run_id))
    assert training.run_id in training.queue.waiting()
