"""Every command is given by somebody: strangers are refused, whoever it belongs to and the operator are not.

No worker is started: what is asked here is decided before one is.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from sqlalchemy import update

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import OPERATOR, Visitor
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.engine.engine import Engine
from cnnviz.engine.trainings.dispatcher import Dispatcher
from cnnviz.engine.trainings.messages import GoOnAsked, TrainingLost
from cnnviz.engine.workers.worker_connection import WorkerEvent
from cnnviz.errors import InvalidConfig, NotAllowed, UnknownName
from cnnviz.runs.files import CHECKPOINT_FILE
from cnnviz.runs.permitted import visible_run
from cnnviz.runs.records import Run, Status
from cnnviz.runs.store import RunStore
from cnnviz.runs.tables import RunRow
from cnnviz.runs.uploads import keep_upload, purge_deleted
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import Accepted, Envelope, pack
from cnnviz.training.loop.control import Command
from tests.helpers import OtherThread
from tests.runs.test_uploads import packed_images

NET = get_preset("digits-small").architecture
ADA, BOB, TEACHER = Visitor("ada"), Visitor("bob"), Visitor("teacher", is_operator=True)

COMMANDS: dict[str, Callable[[Engine, str, Visitor], object]] = {
    **{
        name: lambda engine, run_id, by, name=name: engine.command(run_id, name, by=by)
        for name in ("pause", "resume", "step", "epoch", "stop")
    },
    "go on": lambda engine, run_id, by: engine.resume(run_id, by=by),
    "set aside": lambda engine, run_id, by: engine.set_aside(run_id, by=by),
    "learning rate": lambda engine, run_id, by: engine.set_learning_rate(run_id, 0.1, by=by),
    "rewind": lambda engine, run_id, by: engine.rewind(run_id, 0, by=by),
    "rename": lambda engine, run_id, by: engine.rename(run_id, "another", by=by),
    "share": lambda engine, run_id, by: engine.share(run_id, Sharing.PRIVATE, by=by),
    "delete": lambda engine, run_id, by: engine.delete(run_id, by=by),
    "restore": lambda engine, run_id, by: engine.restore(run_id, by=by),
    "label": lambda engine, run_id, by: engine.label(run_id, note="mine", by=by),
}
METHODS = {
    "command", "resume", "set_aside", "set_learning_rate", "rewind", "rename", "share", "delete", "restore", "label",
}  # fmt: skip
STARTS = {"go on", "rewind"}


@pytest.fixture
def dispatchers(monkeypatch: pytest.MonkeyPatch) -> list[Dispatcher]:
    """Those of the engines that are made, which a test plays the event loop for."""
    made: list[Dispatcher] = []

    class Kept(Dispatcher):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            made.append(self)

    monkeypatch.setattr("cnnviz.engine.engine.Dispatcher", Kept)
    return made


@pytest.fixture
def engine(tmp_path: Path, dispatchers: list[Dispatcher]) -> Engine:
    return Engine(RunStore(tmp_path))


def _ended_run(engine: Engine, sharing: Sharing, way: str = "", **config: object) -> Run:
    """Ada's, stopped at the end of its first epoch; to "go on", interrupted there."""
    run = engine.store.create(NET, TrainingConfig(**config), owner="ada", sharing=sharing)
    engine.store.add_epoch(run.id, 1, {"loss": 1.0})
    engine.store.save_file(run.id, CHECKPOINT_FILE.format(1), b"weights")
    status = Status.INTERRUPTED if way == "go on" else Status.STOPPED
    engine.store.update(run.id, status=status, message="Stopped by hand.")
    return engine.store.get(run.id)


def test_no_command_is_left_out_here() -> None:
    public = {name for name in dir(Engine) if not name.startswith("_") and "by" in _parameters(name)}
    assert public == METHODS | {"train", "train_copy", "train_on", "evaluate_edited"}


def _parameters(name: str) -> tuple[str, ...]:
    code = getattr(getattr(Engine, name), "__code__", None)
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount] if code else ()


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("sharing", Sharing)
def test_a_stranger_is_refused_and_changes_nothing(engine: Engine, name: str, sharing: Sharing) -> None:
    run = _ended_run(engine, sharing, name)
    expected = (UnknownName, "There is no run") if sharing is Sharing.PRIVATE else (NotAllowed, "somebody else")
    with pytest.raises(expected[0], match=expected[1]):
        COMMANDS[name](engine, run.id, BOB)
    assert engine.store.get(run.id) == run
    assert not engine.is_following(run.id)
    assert engine.connection.messages.empty()


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("visitor", [ADA, OPERATOR, TEACHER], ids=["owner", "command line", "operator"])
def test_its_owner_and_the_operator_are_not(engine: Engine, name: str, visitor: Visitor) -> None:
    run = _ended_run(engine, Sharing.PRIVATE, name)
    COMMANDS[name](engine, run.id, visitor)
    if name == "delete":
        with pytest.raises(UnknownName):
            visible_run(engine.store, run.id, visitor)
    else:
        assert visible_run(engine.store, run.id, visitor).owner == "ada"
        assert engine.is_following(run.id) == (name in STARTS)


def test_a_visitors_training_is_their_own_and_the_command_lines_is_for_everybody(engine: Engine) -> None:
    runs = [engine.train(NET, TrainingConfig(), by=visitor) for visitor in (ADA, OPERATOR, TEACHER)]
    assert [(run.owner, run.sharing) for run in runs] == [
        ("ada", Sharing.PRIVATE),
        ("operator", Sharing.EVERYBODY),
        ("teacher", Sharing.PRIVATE),
    ]


STARTED = {
    "train": lambda engine, _run, by: engine.train(NET, TrainingConfig(), by=by),
    "train a copy": lambda engine, run, by: engine.train_copy(run.id, 1, by=by),
    "edited": lambda engine, run, by: engine.evaluate_edited(run.id, b"weights", by=by),
    "go on": lambda engine, run, by: engine.resume(run.id, by=by),
    "rewind": lambda engine, run, by: engine.rewind(run.id, 1, by=by),
}


@pytest.mark.parametrize("way", STARTED)
def test_each_visitor_trains_one_run_at_a_time(engine: Engine, way: str) -> None:
    ended = _ended_run(engine, Sharing.PRIVATE, way)
    first = engine.train(NET, TrainingConfig(), by=ADA)
    engine.train(NET, TrainingConfig(), by=BOB)
    with pytest.raises(InvalidConfig, match="One training at a time for each visitor"):
        STARTED[way](engine, ended, ADA)
    engine.command(first.id, "stop", by=ADA)
    STARTED[way](engine, ended, ADA)


@pytest.mark.parametrize("way", STARTED)
def test_the_operator_trains_as_many_as_he_likes(engine: Engine, way: str) -> None:
    ended = _ended_run(engine, Sharing.PRIVATE, way)
    for visitor in (ADA, OPERATOR, TEACHER):
        engine.train(NET, TrainingConfig(), by=visitor)
    STARTED[way](engine, ended, TEACHER)


@pytest.mark.parametrize("status", [Status.FINISHED, Status.STOPPED, Status.FAILED, Status.RUNNING])
def test_of_all_runs_that_are_not_at_work_here_only_an_interrupted_or_paused_one_is_resumed(
    engine: Engine, status: Status
) -> None:
    run = _ended_run(engine, Sharing.PRIVATE)
    engine.store.update(run.id, status=status)
    said = rf"^Only an interrupted or paused run goes on\. Received: one that is {status}\.$"
    with pytest.raises(InvalidConfig, match=said):
        engine.resume(run.id, by=ADA)
    assert (engine.store.get(run.id).status, engine.is_following(run.id)) == (status, False)
    engine.store.update(run.id, status=Status.PAUSED)
    for _ in range(2):  # from two tabs
        engine.resume(run.id, by=ADA)
    assert engine.is_following(run.id)


def test_a_run_that_is_at_work_can_go_back_itself(engine: Engine) -> None:
    run = engine.train(NET, TrainingConfig(), by=ADA)
    engine.rewind(run.id, 0, by=ADA)


def test_a_run_is_stopped_also_where_its_worker_says_just_then_that_it_has_begun(
    engine: Engine, dispatchers: list[Dispatcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, future, write = engine.train(NET, TrainingConfig(), by=ADA), Mock(key="attempt"), engine.store.update
    queue: Any = engine.store.followed
    queue.assign(run.id, future, "worker")

    def begun_meanwhile(run_id: str, **changes: object) -> None:
        write(run_id, **changes)
        if changes["status"] is Status.STOPPED:
            dispatchers[0].handle(WorkerEvent(run_id, pack(Envelope(run_id, "attempt", Accepted()))))

    monkeypatch.setattr(engine.store, "update", begun_meanwhile)
    engine.command(run.id, "stop", by=ADA)
    assert engine.store.get(run.id).status is Status.STOPPED
    assert not engine.is_following(run.id)


def test_a_stop_counts_also_where_another_tab_has_just_let_the_paused_run_go_on(
    engine: Engine, dispatchers: list[Dispatcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _ended_run(engine, Sharing.PRIVATE)
    engine.store.update(run.id, status=Status.PAUSED)
    commands, get = dispatchers[0].commands, engine.store.get
    give = commands.give

    def find_it_resting(run_id: str, command: Command) -> bool:
        is_given = give(run_id, command)
        monkeypatch.undo()
        monkeypatch.setattr(engine.store, "get", see_it_paused)
        return is_given

    def see_it_paused(run_id: str) -> Run:
        paused = get(run_id)
        monkeypatch.undo()
        engine.command(run_id, "step", by=ADA)  # the other tab, just then
        return paused

    monkeypatch.setattr(commands, "give", find_it_resting)
    engine.command(run.id, "stop", by=ADA)
    assert [one.command for one in commands.of(run.id)] == ["step", "stop"]


def test_a_stop_is_decided_before_another_tab_may_let_the_paused_run_go_on(
    engine: Engine, dispatchers: list[Dispatcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _ended_run(engine, Sharing.PRIVATE)
    engine.store.update(run.id, status=Status.PAUSED)
    commands, other_tab = dispatchers[0].commands, OtherThread(lambda: engine.command(run.id, "resume", by=ADA))
    give = commands.give

    def find_nobody_to_tell(run_id: str, command: Command) -> bool:
        is_given = give(run_id, command)
        other_tab.go_as_far_as_it_can()
        return is_given

    monkeypatch.setattr(commands, "give", find_nobody_to_tell)
    engine.command(run.id, "stop", by=ADA)
    other_tab.end()
    assert "stop" in [one.command for one in commands.of(run.id)]


@pytest.mark.parametrize("status", [Status.QUEUED, Status.STOPPED])
def test_a_run_that_is_stopped_in_the_moment_in_which_its_worker_dies_waits_no_more(
    engine: Engine, dispatchers: list[Dispatcher], monkeypatch: pytest.MonkeyPatch, status: Status
) -> None:
    """One of the two does all of it just before or just after the other one writes its first word."""
    run, write = engine.train(NET, TrainingConfig(), by=ADA), engine.store.update
    future = Mock(key="attempt", status="lost")
    queue: Any = engine.store.followed
    queue.assign(run.id, future, "worker")

    def lose() -> None:
        dispatchers[0].handle(TrainingLost(run.id, future))

    def stop() -> None:
        engine.command(run.id, "stop", by=ADA)

    def meanwhile(run_id: str, **changes: object) -> None:
        is_first = changes.get("status") is status
        if is_first:
            monkeypatch.undo()
        if is_first and status is Status.QUEUED:
            stop()
        write(run_id, **changes)
        if is_first and status is Status.STOPPED:
            lose()

    monkeypatch.setattr(engine.store, "update", meanwhile)
    lose() if status is Status.QUEUED else stop()
    assert engine.store.get(run.id).status is Status.STOPPED
    assert not engine.is_following(run.id)


def test_a_run_that_is_stopped_while_it_is_written_that_it_goes_on_waits_no_more(
    engine: Engine, dispatchers: list[Dispatcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, write = engine.train(NET, TrainingConfig(), by=ADA), engine.store.update

    def stopped_meanwhile(run_id: str, **changes: object) -> None:
        monkeypatch.undo()
        engine.command(run.id, "stop", by=ADA)
        write(run_id, **changes)

    monkeypatch.setattr(engine.store, "update", stopped_meanwhile)
    dispatchers[0].handle(GoOnAsked(run.id))
    assert engine.store.get(run.id).status is Status.STOPPED


@pytest.mark.parametrize("way", ["go on", "more", "rewind"])
def test_a_run_that_is_deleted_while_another_tab_lets_it_go_on_does_only_one_of_both(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    run = _ended_run(engine, Sharing.PRIVATE, way)
    other_tab, is_following = OtherThread(lambda: GOES_ON[way](engine, run.id)), engine.store.followed.is_following

    def go_on_meanwhile(run_id: str) -> bool:
        found = is_following(run_id)
        other_tab.go_as_far_as_it_can()
        return found

    monkeypatch.setattr(engine.store.followed, "is_following", go_on_meanwhile)
    engine.delete(run.id, by=ADA)
    other_tab.end()
    assert not is_following(run.id)


def _quietly(go_on: Callable[[], object]) -> None:
    with suppress(UnknownName):
        go_on()


GOES_ON: dict[str, Callable[[Engine, str], None]] = {
    "go on": lambda engine, run_id: _quietly(lambda: engine.resume(run_id, by=ADA)),
    "more": lambda engine, run_id: _quietly(lambda: engine.train_on(run_id, 2, by=ADA)),
    "rewind": lambda engine, run_id: _quietly(lambda: engine.rewind(run_id, 1, by=ADA)),
}


def test_more_epochs_that_are_asked_for_in_two_tabs_are_given_once(engine: Engine) -> None:
    run = _ended_run(engine, Sharing.PRIVATE)
    found = engine.store.get(run.id)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cnnviz.engine.run_changes.visible_run", lambda *_: found)  # both have looked before the lock
        for _ in range(2):
            more = engine.train_on(run.id, 2, by=ADA)
    assert [mark.kind for mark in more.progress.marks] == ["more"]
    queue: Any = engine.store.followed
    future = Mock(key="attempt", status="pending")
    assert queue.assign(run.id, future, "worker")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cnnviz.engine.run_changes.visible_run", lambda *_: found)
        engine.train_on(run.id, 2, by=ADA)
    assert queue.future(run.id) is future, "the worker that has it goes on"


def test_a_run_waits_also_where_the_loop_is_held_up_before_it_has_looked_after_it(engine: Engine) -> None:
    """By a worker that says nothing while it imports TensorFlow, for example."""
    run = engine.train(NET, TrainingConfig(), by=ADA)
    with engine.store.session() as session:
        session.execute(update(RunRow).values(heartbeat=datetime.now(UTC) - timedelta(minutes=1)))
    assert engine.store.get(run.id).status is Status.QUEUED
    with pytest.raises(InvalidConfig, match="One training at a time"):
        engine.train(NET, TrainingConfig(), by=ADA)


def test_a_run_that_is_at_work_is_not_deleted(engine: Engine) -> None:
    run = engine.train(NET, TrainingConfig(), by=ADA)
    with pytest.raises(InvalidConfig, match="Stop it first"):
        engine.delete(run.id, by=ADA)
    engine.command(run.id, "stop", by=ADA)
    engine.delete(run.id, by=ADA)


def test_who_may_only_look_trains_on_in_a_copy_and_who_may_not_look_does_not(engine: Engine) -> None:
    shared, hidden = _ended_run(engine, Sharing.LINK), _ended_run(engine, Sharing.PRIVATE)
    copy = engine.train_copy(shared.id, 1, by=BOB)
    assert (copy.owner, copy.sharing) == ("bob", Sharing.PRIVATE)
    assert engine.is_following(copy.id)
    assert engine.store.get(shared.id) == shared
    engine.command(copy.id, "stop", by=BOB)
    with pytest.raises(UnknownName, match="There is no run"):
        engine.train_copy(hidden.id, 1, by=BOB)


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_name_has_1_to_80_characters(engine: Engine, name: str) -> None:
    run = _ended_run(engine, Sharing.PRIVATE)
    with pytest.raises(InvalidConfig, match="A name has 1 to 80 characters"):
        engine.rename(run.id, name, by=ADA)
    engine.rename(run.id, f" {'y' * 80} ", by=ADA)
    assert engine.store.get(run.id).name == "y" * 80


def test_a_visitors_net_of_that_name_does_not_become_the_home_pages(engine: Engine) -> None:
    run = _ended_run(engine, Sharing.EVERYBODY)
    engine.rename(run.id, "starter", by=ADA)
    assert engine.store.find("starter") is None
    own = engine.train(NET, TrainingConfig(), by=OPERATOR, name="starter")
    engine.train(NET, TrainingConfig(), by=BOB, name="starter")
    assert engine.store.find("starter").id == own.id


def test_images_that_somebody_else_has_uploaded_are_not_there_for_a_training(engine: Engine) -> None:
    path = keep_upload(engine.store, ADA, packed_images(1))
    with pytest.raises(UnknownName, match="There is no data set or path"):
        engine.train(NET, TrainingConfig(dataset=str(path)), by=BOB)
    shared = _ended_run(engine, Sharing.EVERYBODY, dataset=str(path))
    with pytest.raises(NotAllowed, match="images of its owner's own"):
        engine.train_copy(shared.id, 1, by=BOB)
    assert [run.id for run in engine.store.recent(OPERATOR)] == [shared.id]
    for visitor in (ADA, TEACHER):
        engine.train_copy(shared.id, 1, by=visitor)


def test_a_run_that_is_removed_for_good_takes_its_uploaded_images_along(engine: Engine) -> None:
    path = keep_upload(engine.store, ADA, packed_images(1))
    run = _ended_run(engine, Sharing.PRIVATE, dataset=str(path))
    engine.delete(run.id, by=ADA)
    assert path.exists(), "it may be brought back"
    purge_deleted(engine.store, owner=ADA.id, older_than=timedelta())
    assert not path.exists()
