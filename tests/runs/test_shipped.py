"""The Home page's net as it is shipped: its record, its answers, and how it comes into a store."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cnnviz.access.visitor import OPERATOR, OPERATOR_ID
from cnnviz.architecture.editing.adapt import adapt
from cnnviz.architecture.spec import Architecture
from cnnviz.evaluation.scores import TestPredictions, evaluate
from cnnviz.models.net_file import read_manifest
from cnnviz.runs.files import MODEL_FILE, TEST_FILE, load_predictions, net_name
from cnnviz.runs.records import Status
from cnnviz.runs.shipped import HOME_NET, NET_FILE, ensure_installed, read_record, write_shipped
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from cnnviz.training.recipes import STARTER, STARTER_NAME

MAX_BYTES = 1_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    return RunStore(tmp_path)


def test_all_that_is_shipped_takes_less_than_a_megabyte() -> None:
    assert sum(path.stat().st_size for path in HOME_NET.iterdir()) < MAX_BYTES


def test_the_shipped_net_is_that_of_the_recipe() -> None:
    record = read_record()
    shape, num_classes = STARTER.architecture.input_shape, len(record["facts"]["classes"])
    assert Architecture.from_json(json.dumps(record["architecture"])) == adapt(STARTER.architecture, shape, num_classes)
    assert TrainingConfig(**record["config"]) == STARTER.config
    assert len(record["epochs"]) == STARTER.config.epochs


def test_the_shipped_answers_give_the_recorded_metrics() -> None:
    test = TestPredictions.from_bytes((HOME_NET / TEST_FILE).read_bytes())
    scores = evaluate(test.probabilities, test.labels, test.classes)
    metrics = read_record()["metrics"]
    assert metrics["accuracy"] == pytest.approx(scores.accuracy)
    assert metrics["macro_f1"] == pytest.approx(scores.macro_f1)
    assert metrics["num_test"] == len(test.labels)


def test_an_empty_store_gets_a_finished_run_of_the_operator_s_with_all_that_pages_read(store: RunStore) -> None:
    run = ensure_installed(store)
    record = read_record()
    assert (run.status, run.owner, run.name) == (Status.FINISHED, OPERATOR_ID, STARTER_NAME)
    assert run.metrics == record["metrics"]
    assert run.facts.classes == tuple("0123456789")
    assert [run.id] == [listed.id for listed in store.recent(OPERATOR)]
    curves = store.curves(run.id)
    assert [row["epoch"] for row in curves.epochs] == list(range(1, STARTER.config.epochs + 1))
    assert curves.epochs[-1]["val_accuracy"] == record["epochs"][-1]["val_accuracy"]
    assert curves.points == record["points"]
    assert 0 < store.seconds_until(run.id, 1) < store.seconds_until(run.id, STARTER.config.epochs) <= run.seconds
    assert np.isclose(load_predictions(store, run.id).probabilities.sum(axis=1), 1, atol=1e-5).all()
    assert store.has_file(run.id, MODEL_FILE)


def test_browsers_get_the_shipped_file_at_once(store: RunStore) -> None:
    run = ensure_installed(store)
    published = store.published(run.id, net_name(), newer_than=MODEL_FILE)
    assert store.load_published(published) == (HOME_NET / NET_FILE).read_bytes()
    assert read_manifest(store.load_published(published))["classes"] == list(run.facts.classes)


def test_it_is_installed_once(store: RunStore) -> None:
    assert ensure_installed(store).id == ensure_installed(store).id
    assert len(store.recent(OPERATOR)) == 1


def test_another_version_s_net_makes_room_without_being_lost(store: RunStore) -> None:
    old = ensure_installed(store)
    store.update(old.id, progress=replace(old.progress, started=1.0))
    new = ensure_installed(store)
    assert new.id != old.id
    assert store.find(STARTER_NAME).id == new.id
    assert {run.id for run in store.recent(OPERATOR)} == {old.id, new.id}


@pytest.mark.parametrize("folder", ["runs", "nets"])
def test_files_that_are_gone_are_put_back_into_the_same_run(store: RunStore, folder: str) -> None:
    run = ensure_installed(store)
    shutil.rmtree(store.home / folder)
    assert ensure_installed(store).id == run.id
    assert store.has_file(run.id, MODEL_FILE)
    assert store.published(run.id, net_name(), newer_than=MODEL_FILE)


def test_an_installation_that_was_broken_off_is_made_again(store: RunStore) -> None:
    half = store.create(STARTER.architecture, STARTER.config, name=STARTER_NAME)
    assert ensure_installed(store).id != half.id


def test_what_is_written_is_what_is_read(store: RunStore, tmp_path: Path) -> None:
    run = ensure_installed(store)
    write_shipped(store, run, {NET_FILE: b"net"}, tmp_path / "copy")
    assert read_record(tmp_path / "copy") == read_record()
    assert (tmp_path / "copy" / NET_FILE).read_bytes() == b"net"
