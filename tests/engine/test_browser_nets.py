"""The nets of a run for browsers: written with its end; those of its epochs are made without a worker, as one would."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cnnviz.access.visitor import OPERATOR
from cnnviz.engine import browser_nets
from cnnviz.engine.ask import RunModel, ask
from cnnviz.engine.browser_nets import familiarity_of_run, net_of_run
from cnnviz.engine.engine import Engine
from cnnviz.errors import EngineUnavailable, InvalidDataset, NotInBrowser, UnknownName
from cnnviz.evaluation.familiarity import last_maps
from cnnviz.models.net_file import FAMILIARITY, read_manifest
from cnnviz.runs.files import CHECKPOINT_FILE, MEASURED_FILE, dataset_facts, familiarity_of, kept_epochs, net_name
from cnnviz.runs.records import Run, Status
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import DatasetFacts
from tests.helpers import DIGITS_NET, OtherThread


@pytest.fixture(scope="module")
def trained(engine: Engine) -> tuple[Run, bytes]:
    """A run, and the net that came with its end."""
    config = TrainingConfig(dataset="digits", epochs=2, limit=200)
    started = engine.train(DIGITS_NET, config, by=OPERATOR)
    done = engine.wait(started.id)
    assert done.status is Status.FINISHED, done.message
    return done, engine.store.load_published(engine.store.published(done.id, net_name()))


@pytest.fixture
def run(engine: Engine, trained: tuple[Run, bytes]) -> Run:
    """It as it was at its end: what another test has made or measured of it is gone."""
    done, net = trained
    for name in (MEASURED_FILE, *map(net_name, kept_epochs(engine.store, done.id))):
        engine.store.delete_file(done.id, name)
    engine.store.publish(done.id, net_name(), net)
    return done


def test_a_run_that_has_ended_has_a_net_already(engine: Engine, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser_nets, "ask", lambda *_, **__: pytest.fail("no worker need be asked"))
    published = net_of_run(engine, run)
    manifest = read_manifest(engine.store.load_published(published))
    assert manifest["classes"] == list(dataset_facts(engine.store, run).classes)
    assert manifest["input_shape"] == list(run.architecture.input_shape)
    assert net_of_run(engine, run) == published


def test_the_net_of_an_epoch_is_made_without_a_worker_and_is_what_a_worker_would_make(
    engine: Engine, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    classes = dataset_facts(engine.store, run).classes
    asked = [
        ask(engine, RunModel(run.id, epoch), "net_file", architecture=run.architecture, classes=classes)
        for epoch in kept_epochs(engine.store, run.id)
    ]
    monkeypatch.setattr(browser_nets, "ask", lambda *_, **__: pytest.fail("no worker need be asked"))
    made = [engine.store.load_published(net_of_run(engine, run, epoch)) for epoch in kept_epochs(engine.store, run.id)]
    assert len(made) == 2
    assert made == asked
    assert made[-1] == engine.store.load_published(net_of_run(engine, run)), "it ended with its last epoch"


def test_a_run_of_an_older_version_is_asked_for_its_net(engine: Engine, run: Run) -> None:
    before = net_of_run(engine, run)
    engine.store.delete_file(run.id, net_name())
    assert net_of_run(engine, run) == before


def test_an_epoch_that_is_not_kept_and_a_net_that_no_browser_computes_are_refused(
    engine: Engine, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnknownName):
        net_of_run(engine, run, 99)
    monkeypatch.setattr("cnnviz.models.net_file.MAX_BYTES", 1)
    with pytest.raises(NotInBrowser):
        net_of_run(engine, run)


@pytest.mark.parametrize(("problem", "asked"), [(InvalidDataset("It is gone."), 1), (EngineUnavailable("Busy."), 2)])
def test_where_nothing_can_be_measured_nothing_is_known(
    engine: Engine, run: Run, monkeypatch: pytest.MonkeyPatch, problem: Exception, asked: int
) -> None:
    """Of images that are gone it is asked once; where no worker answers, again with the next view."""
    calls = []

    def fail(_engine: Engine, _subject: RunModel, question: str, **_: object) -> None:
        calls.append(question)
        raise problem

    monkeypatch.setattr(browser_nets, "MIN_IMAGES", 100)
    monkeypatch.setattr(browser_nets, "ask", fail)
    assert net_of_run(engine, run) == net_of_run(engine, run)
    assert calls == ["familiarity"] * asked
    assert familiarity_of(engine.store, run) is None


def test_of_a_net_that_learned_from_few_images_nothing_is_known(engine: Engine, run: Run) -> None:
    assert familiarity_of_run(engine, run) is None


def test_to_a_net_that_only_guesses_nothing_is_familiar_and_so_nothing_is_doubted(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = TrainingConfig(dataset="digits", epochs=1, learning_rate=1e-9)
    run = engine.wait(engine.train(DIGITS_NET, config, by=OPERATOR).id)
    monkeypatch.setattr(browser_nets, "ask", lambda *_, **__: pytest.fail("nothing is to be measured"))
    assert familiarity_of_run(engine, run) is None


def test_what_is_familiar_to_a_net_of_digits_is_measured_once(
    engine: Engine, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser_nets, "MIN_IMAGES", 100)
    published = net_of_run(engine, run)
    entry = read_manifest(engine.store.load_published(published))[FAMILIARITY]
    assert entry["layer"] == last_maps(run.architecture)
    monkeypatch.setattr(browser_nets, "ask", lambda *_, **__: pytest.fail("it was measured already"))
    assert net_of_run(engine, run) == published
    known = familiarity_of_run(engine, run)
    assert known is not None
    assert known.threshold == entry["threshold"]
    assert FAMILIARITY not in read_manifest(engine.store.load_published(net_of_run(engine, run, 1)))
    assert net_of_run(engine, run, kept_epochs(engine.store, run.id)[-1]) == published, "it ended with its last epoch"


def test_two_who_open_a_net_at_once_ask_for_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine: Any = SimpleNamespace(store=RunStore(tmp_path))
    run_id = engine.store.create(DIGITS_NET, TrainingConfig()).id
    engine.store.update(run_id, facts=DatasetFacts(tuple("0123456789")))
    run = engine.store.get(run_id)
    second, asked = OtherThread(lambda: net_of_run(engine, run)), []

    def make(_engine: Engine, _subject: RunModel, question: str, **_: object) -> bytes:
        asked.append(question)
        second.go_as_far_as_it_can()
        return b"net"

    monkeypatch.setattr(browser_nets, "ask", make)
    net_of_run(engine, run)
    second.end()
    assert asked == ["net_file"]


def test_a_net_that_a_worker_was_asked_for_before_its_epoch_was_done_again_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes long while the worker trains: meanwhile the run may go back and come to the same epoch once more."""
    engine: Any = SimpleNamespace(store=RunStore(tmp_path))
    run = engine.store.create(DIGITS_NET, TrainingConfig())
    engine.store.update(run.id, facts=DatasetFacts(tuple("0123456789")))
    name = CHECKPOINT_FILE.format(3)
    engine.store.save_file(run.id, name, b"old weights")
    path, nets = tmp_path / "runs" / run.id / name, [b"old net", b"new net"]
    os.utime(path, ns=(10**18, 10**18))

    def make(*_: object, **__: object) -> bytes:
        if len(nets) == 2:
            engine.store.save_file(run.id, name, b"new weights")
            os.utime(path, ns=(10**18 + 1, 10**18 + 1))
        return nets.pop(0)

    monkeypatch.setattr(browser_nets, "ask", make)
    net_of_run(engine, run, 3)
    for _ in range(2):
        assert engine.store.load_published(net_of_run(engine, run, 3)) == b"new net"
    assert nets == []


def test_a_net_that_another_takes_the_place_of_while_an_epoch_is_made_of_it_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is familiar to the net of the end is found out while somebody else looks at an epoch."""
    engine: Any = SimpleNamespace(store=RunStore(tmp_path))
    run = engine.store.create(DIGITS_NET, TrainingConfig())
    engine.store.update(run.id, facts=DatasetFacts(tuple("0123456789")))
    engine.store.save_file(run.id, CHECKPOINT_FILE.format(1), b"weights")
    engine.store.add_epoch(run.id, 1, {"loss": 1.0})
    engine.store.publish(run.id, net_name(), b"net of the end")
    find = engine.store.published

    def then_measured(run_id: str, name: str, **newer: str) -> str | None:
        found = find(run_id, name, **newer)
        if name == net_name():
            engine.store.publish(run_id, name, b"net of the end, with what is familiar to it")
        return found

    monkeypatch.setattr(engine.store, "published", then_measured)
    monkeypatch.setattr(browser_nets, "ask", lambda *_, **__: b"net of the epoch")
    assert engine.store.load_published(net_of_run(engine, run, 1)) == b"net of the epoch"
