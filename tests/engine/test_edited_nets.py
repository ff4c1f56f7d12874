"""A net that was changed by hand becomes a run of the visitor's own, evaluated as after a training."""

from pathlib import Path

import keras
import numpy as np
import pytest

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import OPERATOR, Visitor
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.engine.browser_nets import net_of_run
from cnnviz.engine.edited_nets import save_edited
from cnnviz.engine.engine import Engine
from cnnviz.errors import InvalidInput, UnknownName
from cnnviz.models.files import model_from_bytes
from cnnviz.models.net_file import read_weights
from cnnviz.runs.files import MODEL_FILE, kept_epochs, load_predictions
from cnnviz.runs.records import Run, Status
from cnnviz.training.config import TrainingConfig

BOB = Visitor("bob")
EDITS = [
    {"layer": 2, "off": 3, "isOff": True},
    {"layer": 4, "weight": "bias", "at": 1, "value": 0.75},
    {"layer": 7, "weight": "kernel", "at": 11, "value": -2.0},
]


@pytest.fixture(scope="module")
def trained(engine: Engine) -> Run:
    config = TrainingConfig(limit=300, epochs=3, early_stopping=2)
    return engine.wait(engine.train(get_preset("digits-small").architecture, config, by=OPERATOR).id)


def weights(engine: Engine, run: Run, epoch: int | None = None) -> dict[str, dict[str, np.ndarray]]:
    return read_weights(engine.store.load_published(net_of_run(engine, run, epoch)))


def saved_model(engine: Engine, run: Run) -> keras.Model:
    return model_from_bytes(engine.store.load_file(run.id, MODEL_FILE))


@pytest.mark.parametrize("epoch", [None, 1])
def test_a_stranger_saves_an_edited_net_of_a_shared_run_as_their_own(
    engine: Engine, trained: Run, epoch: int | None
) -> None:
    before = weights(engine, trained, epoch)
    copy = save_edited(engine, trained.id, epoch, EDITS, by=BOB)
    assert (copy.name, copy.owner, copy.sharing) == (f"{trained.name} (edited)", "bob", Sharing.PRIVATE)
    copy = engine.wait(copy.id)
    assert copy.status is Status.FINISHED
    after = weights(engine, copy)
    assert not after["conv_1"]["kernel"][..., 3].any()
    assert after["conv_1"]["bias"][3] == 0
    assert after["conv_2"]["bias"][1] == 0.75
    assert after["dense_1"]["kernel"].ravel()[11] == -2
    same = before["conv_1"]["kernel"][..., :3], after["conv_1"]["kernel"][..., :3]
    assert np.array_equal(*same)
    assert np.array_equal(before["conv_2"]["kernel"], after["conv_2"]["kernel"])
    kept = weights(engine, copy, kept_epochs(engine.store, copy.id)[-1])
    assert np.array_equal(kept["dense_1"]["kernel"], after["dense_1"]["kernel"])


def test_it_is_evaluated_as_usual_and_the_run_it_is_of_stays_as_it_was(engine: Engine, trained: Run) -> None:
    model, test = saved_model(engine, trained), load_predictions(engine.store, trained.id)
    edits = [{"layer": 7, "weight": "bias", "at": 4, "value": 1000}]
    copy = engine.wait(save_edited(engine, trained.id, None, edits, by=BOB).id)
    answers = load_predictions(engine.store, copy.id)
    assert (answers.probabilities.argmax(axis=1) == 4).all()
    assert copy.metrics["accuracy"] == pytest.approx((test.labels == 4).mean())
    assert copy.metrics["num_test"] == trained.metrics["num_test"]
    assert engine.store.get(trained.id) == trained
    for old, new in zip(model.get_weights(), saved_model(engine, trained).get_weights(), strict=True):
        assert np.array_equal(old, new)


def test_the_net_can_be_trained_on(engine: Engine, trained: Run, tmp_path: Path) -> None:
    copy = engine.wait(save_edited(engine, trained.id, None, EDITS, by=BOB).id)
    assert not copy.config.early_stopping
    assert copy.config.epochs == engine.store.last_epoch(copy.id) == engine.store.last_epoch(trained.id)
    path = tmp_path / "model.keras"
    path.write_bytes(engine.store.load_file(copy.id, MODEL_FILE))
    assert keras.saving.load_model(path).optimizer.built


def test_who_may_not_see_a_run_cannot_copy_it_this_way(engine: Engine, trained: Run) -> None:
    engine.share(trained.id, Sharing.PRIVATE, by=OPERATOR)
    try:
        with pytest.raises(UnknownName, match="There is no run"):
            save_edited(engine, trained.id, None, EDITS, by=BOB)
    finally:
        engine.share(trained.id, Sharing.EVERYBODY, by=OPERATOR)


def test_junk_makes_no_run(engine: Engine, trained: Run) -> None:
    before = {run.id for run in engine.store.recent(OPERATOR)}
    with pytest.raises(InvalidInput, match="names nothing of this net"):
        save_edited(engine, trained.id, None, [{"layer": 2, "off": 99, "isOff": True}], by=BOB)
    assert {run.id for run in engine.store.recent(OPERATOR)} == before
