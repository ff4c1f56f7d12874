"""The nets of a run for browsers: written with its end; those of its epochs are made without a worker, as one would."""

import pytest

from cnnviz.access.visitor import OPERATOR
from cnnviz.engine import browser_nets
from cnnviz.engine.ask import RunModel, ask
from cnnviz.engine.browser_nets import net_of_run
from cnnviz.engine.engine import Engine
from cnnviz.errors import NotInBrowser, UnknownName
from cnnviz.models.net_file import read_manifest
from cnnviz.runs.files import dataset_facts, kept_epochs, net_name
from cnnviz.runs.records import Run, Status
from cnnviz.training.config import TrainingConfig
from tests.helpers import DIGITS_NET


@pytest.fixture(scope="module")
def run(engine: Engine) -> Run:
    config = TrainingConfig(dataset="digits", epochs=2, limit=200)
    started = engine.train(DIGITS_NET, config, by=OPERATOR)
    done = engine.wait(started.id)
    assert done.status is Status.FINISHED, done.message
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
