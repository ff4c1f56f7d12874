"""A training that begins with a net of the visitor's own, from the choice to the run that comes of it."""

from pathlib import Path

import numpy as np
import pytest

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import Visitor
from cnnviz.architecture.spec import Architecture, BatchNorm, Conv, Dense, Flatten, GlobalAvgPool, MaxPool
from cnnviz.engine.ask import RunModel, ask
from cnnviz.engine.browser_nets import net_of_run
from cnnviz.engine.engine import Engine
from cnnviz.engine.fine_tuning import StartingNet, fine_tune, require_start, start_in_file, start_of_run, tuned_from
from cnnviz.engine.net_files import write_net
from cnnviz.engine.own_nets import OwnNet, keep_net
from cnnviz.errors import InvalidConfig, InvalidInput, InvalidModel, NotAllowed, UnknownName
from cnnviz.models.browser_export import net_file
from cnnviz.models.build import build_model
from cnnviz.models.net_file import read_weights
from cnnviz.models.read_model import read_model
from cnnviz.runs.files import START_NET, kept_epochs, load_predictions
from cnnviz.runs.permitted import tuned_name
from cnnviz.runs.records import Run, Status
from cnnviz.training.config import TrainingConfig

ANN, BOB = Visitor("ann"), Visitor("bob")
NET = Architecture(
    name="mine",
    input_shape=(20, 20, 3),
    layers=(Conv(filters=4, activation="relu"), BatchNorm(), MaxPool(), Flatten(), Dense(units=5)),
)
FILE = net_file(build_model(NET, seed=3), NET, tuple("01234"))
DIGITS = TrainingConfig(dataset="digits", epochs=2, limit=150)


def brought(net: Architecture = NET, file: bytes = FILE, **report: object) -> OwnNet:
    return OwnNet(net, file, "mine", "keras", {"scaling_reason": "It says so.", **report})


@pytest.fixture
def mine(engine: Engine) -> Run:
    return keep_net(engine.store, brought(), by=ANN)


def tune(engine: Engine, run: Run, by: Visitor = ANN, config: TrainingConfig = DIGITS, **choices: str) -> Run:
    wanted = tuned_from(config, "", **choices)
    return engine.wait(fine_tune(engine, start_of_run(engine, run.id, by=by), wanted, by=by).id)


def weights(engine: Engine, run: Run, epoch: int | None = None) -> dict[str, dict[str, np.ndarray]]:
    return read_weights(engine.store.load_published(net_of_run(engine, run, epoch)))


def test_it_is_a_run_like_any_other_that_says_where_it_began(engine: Engine, mine: Run, tmp_path: Path) -> None:
    run = tune(engine, mine)
    assert run.status is Status.FINISHED, run.message
    assert (run.name, run.owner, run.origin) == ("mine (fine-tuned)", "ann", "")
    assert run.config.fine_tuning is not None
    assert (run.config.fine_tuning.run, run.config.fine_tuning.name) == (mine.id, "mine")
    assert (run.architecture.input_shape, run.architecture.layers[-1]) == (
        (20, 20, 3),
        Dense(units=10, activation="softmax"),
    )
    assert (run.facts.image_shape, run.facts.num_train) == ((20, 20, 3), 150)
    assert kept_epochs(engine.store, run.id) == [1, 2]
    before = read_weights(FILE)
    for epoch in (1, None):
        after = weights(engine, run, epoch)
        for layer in ("conv_1", "batch_norm_1"):
            assert all(np.array_equal(before[layer][name], values) for name, values in after[layer].items())
        assert after["dense_1"]["kernel"].shape == (9 * 9 * 4, 10)
    image = np.zeros((1, 20, 20, 3), np.uint8)
    at_first, at_end = (ask(engine, RunModel(run.id, epoch), "predict", images=image) for epoch in (1, None))
    assert at_first.shape == (1, 10)
    assert not np.array_equal(at_first, at_end)
    assert len(load_predictions(engine.store, run.id).labels) == run.facts.num_test
    assert read_model(write_net(engine, run, "keras")).architecture.input_shape == (20, 20, 3)
    assert write_net(engine, run, "onnx")


def test_it_goes_back_and_begins_again_when_the_net_it_is_from_is_gone(engine: Engine, mine: Run) -> None:
    run = tune(engine, mine, frozen="nothing")
    engine.delete(mine.id, by=ANN)
    first = weights(engine, run, 1)["conv_1"]["kernel"]
    for epoch in (1, 0):
        engine.rewind(run.id, epoch, by=ANN)
        again = engine.wait(run.id)
        assert again.status is Status.FINISHED, again.message
        np.testing.assert_allclose(weights(engine, again, 1)["conv_1"]["kernel"], first, atol=1e-6)


def test_a_copy_of_it_begins_with_the_same_net(engine: Engine, mine: Run) -> None:
    run = tune(engine, mine)
    engine.share(run.id, Sharing.LINK, by=ANN)
    copy = engine.wait(engine.train_copy(run.id, 0, by=BOB).id)
    assert copy.status is Status.FINISHED, copy.message
    np.testing.assert_array_equal(weights(engine, copy)["conv_1"]["kernel"], read_weights(FILE)["conv_1"]["kernel"])


def test_a_run_that_was_trained_here_learns_on_as_well(engine: Engine, mine: Run) -> None:
    run = tune(engine, mine)
    again = tune(engine, run, frozen="nothing", head="kept")
    assert again.name == "mine (fine-tuned)"
    assert again.status is Status.FINISHED, again.message
    assert again.facts.classes == run.facts.classes


def test_it_is_its_owner_s_alone(engine: Engine, mine: Run) -> None:
    with pytest.raises(UnknownName):
        tune(engine, mine, by=BOB)
    engine.share(mine.id, Sharing.LINK, by=ANN)
    with pytest.raises(NotAllowed, match="belongs to somebody else"):
        tune(engine, mine, by=BOB)


def test_what_cannot_be_trained_is_said_in_a_sentence(engine: Engine) -> None:
    lines = [{"name": "code", "operation": "Lambda", "shown": False, "note": "It carries code."}]
    cut = keep_net(engine.store, brought(followed_to="code", layers=lines), by=ANN)
    with pytest.raises(InvalidModel, match=r"its layer 'code' is not shown here, so its end is missing.*Lambda"):
        require_start(engine.store, cut.id, ANN)
    maps = Architecture(input_shape=(8, 8, 1), layers=(Conv(filters=2),))
    with pytest.raises(InvalidModel, match="it ends with maps, so it has no head"):
        start_in_file(brought(maps, b""))


def test_a_head_is_kept_only_where_there_are_as_many_classes(engine: Engine, mine: Run) -> None:
    with pytest.raises(InvalidInput, match="it tells 5 classes apart, they have 10"):
        tune(engine, mine, head="kept")


def test_a_training_that_says_it_begins_with_a_net_has_one(engine: Engine) -> None:
    with pytest.raises(InvalidConfig, match="The net that this training begins with is missing"):
        engine.train(NET, tuned_from(DIGITS, "mine"), by=ANN)


def test_a_run_without_a_net_is_none_to_begin_with(engine: Engine) -> None:
    run = engine.store.create(NET, DIGITS, owner=BOB.id)
    with pytest.raises(InvalidConfig, match="has left no net yet"):
        require_start(engine.store, run.id, BOB)
    engine.store.delete(run.id)


def test_more_images_than_there_is_room_for_are_refused_before_anything_begins(engine: Engine) -> None:
    net = Architecture(input_shape=(512, 512, 3), layers=(Conv(filters=1), GlobalAvgPool(), Dense(units=10)))
    start = StartingNet(net, net_file(build_model(net), net, tuple("0123456789")), "large")
    with pytest.raises(InvalidConfig, match=r"at most 2 GiB are accepted"):
        fine_tune(engine, start, tuned_from(TrainingConfig(dataset="mnist"), ""), by=ANN)


def test_its_files_go_with_it(engine: Engine) -> None:
    mine = keep_net(engine.store, brought(file=net_file(build_model(NET, seed=4), NET, tuple("01234"))), by=ANN)
    run = tune(engine, mine)
    file = engine.store.home / "nets" / str(engine.store.published(run.id, START_NET))
    engine.store.delete(run.id)
    assert file.exists()  # the net that was brought along is the same file
    engine.store.delete(mine.id)
    assert not file.exists()


def test_its_name_does_not_grow() -> None:
    assert tuned_name("a") == tuned_name(tuned_name("a")) == "a (fine-tuned)"
    assert len(tuned_name("a" * 80)) == 80
