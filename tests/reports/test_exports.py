"""Every file that can be taken along, by the table: from a run that a worker has trained."""

import io
import json
import zipfile
from collections.abc import Callable

import nbformat
import onnx
import pytest

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.engine.engine import Engine
from cnnviz.errors import UnknownName
from cnnviz.reports.card import write_card
from cnnviz.reports.exports import EXPORTS
from cnnviz.runs.records import Run
from cnnviz.training.config import TrainingConfig


def _is_zip(data: bytes) -> bool:
    return zipfile.ZipFile(io.BytesIO(data)).testzip() is None


CHECKS: dict[str, Callable[[bytes], object]] = {
    "html": lambda data: data.startswith(b"<!doctype html>") and b"To read digits." in data,
    "keras": _is_zip,
    "h5": lambda data: data.startswith(b"\x89HDF"),
    "onnx": lambda data: onnx.checker.check_model(onnx.load_from_string(data)) is None,
    "notebook": lambda data: nbformat.validate(nbformat.reads(data.decode(), as_version=4)) is None,
    "script": lambda data: compile(data, "script", "exec"),
    "csv": lambda data: data.startswith(b"epoch,"),
    "json": lambda data: len(json.loads(data)["test"]["labels"]) == 360,
    "tables": _is_zip,
    "tensorboard": _is_zip,
    "card": lambda data: b"To read digits." in data,
}


@pytest.fixture(scope="module")
def run(engine: Engine) -> Run:
    made = engine.train(get_preset("digits-small").architecture, TrainingConfig(epochs=1, limit=300), by=OPERATOR)
    write_card(engine.store, made.id, {"purpose": "To read digits."}, by=OPERATOR)
    return engine.wait(made.id)


@pytest.mark.parametrize("name", [name for name in EXPORTS if name != "start"])
def test_a_trained_run_can_be_taken_along_as(engine: Engine, run: Run, name: str) -> None:
    export = EXPORTS[name]
    assert export.is_there(engine.store, run)
    assert CHECKS[name](export.write(engine, run))


@pytest.mark.parametrize(("name", "words"), [("start", "began at random"), ("card", "no model card yet")])
def test_what_a_run_has_not_is_said(engine: Engine, name: str, words: str) -> None:
    queued = engine.store.create(get_preset("digits-small").architecture, TrainingConfig())
    assert not EXPORTS[name].is_there(engine.store, queued)
    with pytest.raises(UnknownName, match=words):
        EXPORTS[name].write(engine, queued)


def test_what_cannot_be_had_of_a_run_yet_says_why(engine: Engine, run: Run) -> None:
    queued = engine.store.create(get_preset("digits-small").architecture, TrainingConfig())
    why = {name: export.missing(engine.store, queued, is_own=True) for name, export in EXPORTS.items()}
    assert {name for name, said in why.items() if not said} == {"json", "tables", "script", "notebook"}
    assert why["card"].startswith("No model card has been written yet")
    assert why["keras"].startswith("There is no net yet")
    assert not any(EXPORTS[name].missing(engine.store, run, is_own=True) for name in EXPORTS if name != "start")


def test_names_of_pictures_are_for_their_owner_alone(run: Run) -> None:
    from dataclasses import replace

    own = replace(run, config=run.config.model_copy(update={"dataset": "/home/uploads/ann/x.zip"}))
    for name, export in EXPORTS.items():
        assert export.is_for(own, is_own=True)
        assert export.is_for(run, is_own=False)
        assert export.is_for(own, is_own=False) == (name not in ("notebook", "script"))


def test_the_readme_lists_what_can_be_exported(project) -> None:
    assert f"export RUN --to {'|'.join(EXPORTS)} --out FILE" in (project / "README.md").read_text()
