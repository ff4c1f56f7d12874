"""A net that was brought along is a run like any other: it answers, is evaluated, edited, shared, deleted."""

from datetime import timedelta

import numpy as np
import pytest

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import OPERATOR, Visitor
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.architecture.spec import Architecture, Conv, Dense, GlobalAvgPool
from cnnviz.engine import own_evaluation
from cnnviz.engine.ask import RunModel, ask
from cnnviz.engine.browser_nets import net_of_run
from cnnviz.engine.edited_nets import save_edited
from cnnviz.engine.engine import Engine
from cnnviz.engine.own_evaluation import evaluate_own
from cnnviz.engine.own_nets import OwnNet, change_own, keep_net, num_answers, read_report
from cnnviz.errors import InvalidConfig, InvalidInput, InvalidModel, NotAllowed, UnknownName
from cnnviz.evaluation.predict import predict_probabilities
from cnnviz.evaluation.scores import evaluate
from cnnviz.models.browser_export import net_file
from cnnviz.models.build import build_model
from cnnviz.models.net_file import read_weights
from cnnviz.runs.files import TEST_FILE, load_predictions
from cnnviz.runs.records import Run, Status
from cnnviz.runs.uploads import purge_deleted
from cnnviz.training.config import TrainingConfig

ANN, BOB = Visitor("ann"), Visitor("bob")
NET = get_preset("digits-small").architecture
DIGITS = TrainingConfig(dataset="digits")
NUMBERS = tuple("0123456789")
MODEL = build_model(NET, seed=5)


def brought(classes: tuple[str, ...] = NUMBERS) -> OwnNet:
    return OwnNet(NET, net_file(MODEL, NET, classes), "mine", "keras", {"scaling_reason": "It says so."})


@pytest.fixture
def mine(engine: Engine) -> Run:
    return keep_net(engine.store, brought(), by=ANN)


def test_it_belongs_to_who_brought_it_and_is_no_training(engine: Engine, mine: Run) -> None:
    assert (mine.name, mine.owner, mine.sharing, mine.origin) == ("mine", "ann", Sharing.PRIVATE, "keras")
    assert (mine.status, mine.config.dataset, mine.facts.classes) == (Status.FINISHED, "", NUMBERS)
    assert (mine.facts.image_shape, mine.facts.input_style) == ((28, 28, 1), "digit")
    assert mine.metrics == {"params": MODEL.count_params()}
    assert engine.store.curves(mine.id).epochs == []
    assert read_report(engine.store, mine.id) == {"scaling_reason": "It says so."}
    assert mine in engine.store.recent(ANN)
    assert mine not in engine.store.recent(BOB)


def test_a_worker_answers_with_its_weights(engine: Engine, mine: Run) -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 28, 28, 1), np.uint8)
    answers = ask(engine, RunModel(mine.id), "predict", images=images)
    np.testing.assert_allclose(answers, predict_probabilities(MODEL, images), atol=1e-6)


def test_it_is_evaluated_as_after_a_training(engine: Engine, mine: Run) -> None:
    run = evaluate_own(engine, mine.id, DIGITS, by=ANN)
    test = load_predictions(engine.store, run.id)
    assert run.config.dataset == "digits"
    assert run.metrics["accuracy"] == evaluate(test.probabilities, test.labels, test.classes).accuracy
    assert run.metrics["num_test"] == run.facts.num_test == len(test.labels) > 100
    assert run.facts.notes == ()


def test_classes_of_other_order_are_found_by_name(engine: Engine) -> None:
    turned = keep_net(engine.store, brought(NUMBERS[::-1]), by=ANN)
    straight = keep_net(engine.store, brought(), by=ANN)
    for run in (turned, straight):
        evaluate_own(engine, run.id, DIGITS, by=ANN)
    found, usual = (load_predictions(engine.store, run.id) for run in (turned, straight))
    assert found.classes == usual.classes == NUMBERS
    np.testing.assert_array_equal(found.probabilities, usual.probabilities[:, ::-1])


def test_classes_of_other_names_are_matched_in_order_and_that_is_said(engine: Engine) -> None:
    run = keep_net(engine.store, brought(tuple("abcdefghij")), by=ANN)
    run = evaluate_own(engine, run.id, DIGITS, by=ANN)
    assert run.facts.classes == tuple("abcdefghij")
    assert "matched in order: a is 0, b is 1, c is 2, d is 3, ..." in run.facts.notes[0]


def test_images_of_another_size_and_colour_are_brought_into_its_shape(engine: Engine) -> None:
    net = Architecture(input_shape=(20, 24, 3), layers=(Conv(filters=2), GlobalAvgPool(), Dense(units=10)))
    file = net_file(build_model(net), net, NUMBERS)
    run = keep_net(engine.store, OwnNet(net, file, "coloured", "onnx"), by=ANN)
    assert evaluate_own(engine, run.id, DIGITS, by=ANN).metrics["num_test"] > 100


def test_answers_of_a_net_that_was_changed_meanwhile_are_not_kept(
    engine: Engine, mine: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In another tab: they would be shown as those of the net that it is now."""
    net, turned = mine.architecture, NUMBERS[::-1]

    def changed_meanwhile(*args: object, **asked: object) -> object:
        found = ask(*args, **asked)
        change_own(engine.store, mine.id, classes=turned, scaling=net.scaling, size=net.input_shape[:2], by=ANN)
        return found

    monkeypatch.setattr(own_evaluation, "ask", changed_meanwhile)
    with pytest.raises(InvalidInput, match="Evaluate it again"):
        evaluate_own(engine, mine.id, DIGITS, by=ANN)
    assert not engine.store.has_file(mine.id, TEST_FILE)
    assert engine.store.get(mine.id).facts.classes == turned


def test_images_of_another_number_of_classes_are_refused(engine: Engine, mine: Run) -> None:
    with pytest.raises(InvalidInput, match="it tells 10 classes apart, they have"):
        evaluate_own(engine, mine.id, TrainingConfig(dataset="shapes"), by=ANN)
    assert not engine.store.has_file(mine.id, TEST_FILE)


def test_only_its_owner_evaluates_it(engine: Engine, mine: Run) -> None:
    with pytest.raises(UnknownName):
        evaluate_own(engine, mine.id, DIGITS, by=BOB)
    engine.share(mine.id, Sharing.LINK, by=ANN)
    with pytest.raises(NotAllowed):
        evaluate_own(engine, mine.id, DIGITS, by=BOB)


def test_there_is_no_training_to_go_on_with(engine: Engine, mine: Run) -> None:
    for act in (
        lambda: engine.resume(mine.id, by=ANN),
        lambda: engine.rewind(mine.id, 0, by=ANN),
        lambda: engine.train_copy(mine.id, 0, by=OPERATOR),
    ):
        with pytest.raises(InvalidConfig, match="was not trained here"):
            act()


def test_changed_by_hand_it_is_another_net_of_who_changed_it(engine: Engine, mine: Run) -> None:
    engine.share(mine.id, Sharing.LINK, by=ANN)
    edits = [{"layer": 7, "weight": "bias", "at": 4, "value": 1000}, {"layer": 2, "off": 3, "isOff": True}]
    copy = save_edited(engine, mine.id, None, edits, by=BOB)
    assert (copy.name, copy.owner, copy.origin, copy.status) == ("mine (edited)", "bob", "keras", Status.FINISHED)
    before, after = (read_weights(engine.store.load_published(net_of_run(engine, run))) for run in (mine, copy))
    assert after["dense_1"]["bias"][4] == 1000
    assert not after["conv_1"]["kernel"][..., 3].any()
    assert np.array_equal(before["conv_2"]["kernel"], after["conv_2"]["kernel"])
    image = np.zeros((1, 28, 28, 1), np.uint8)
    assert ask(engine, RunModel(copy.id), "predict", images=image)[0].argmax() == 4


def test_it_takes_its_files_along_when_it_is_removed_for_good(engine: Engine) -> None:
    run = keep_net(engine.store, brought(("only",) * 9 + ("here",)), by=ANN)
    file = engine.store.home / "nets" / net_of_run(engine, run)
    assert file.exists()
    engine.delete(run.id, by=ANN)
    assert file.exists(), "it may be brought back"
    purge_deleted(engine.store, owner=ANN.id, older_than=timedelta())
    assert not file.exists()
    assert not (engine.store.home / "runs" / run.id).exists()


def test_nobody_keeps_more_than_a_visitor_may(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    carl, size = Visitor("carl"), len(brought().net)
    monkeypatch.setenv("CNNVIZ_MAX_UPLOAD_BYTES", str(2 * size))
    for name in "ab":
        keep_net(engine.store, brought((name,) * 10), by=carl)
    with pytest.raises(InvalidModel, match=r"take too much room together: .*Delete nets of your own"):
        keep_net(engine.store, brought(("c",) * 10), by=carl)
    assert [run.owner for run in engine.store.recent(carl, limit=3)].count(carl.id) == 2


def test_one_output_tells_two_classes_apart_and_maps_none() -> None:
    layers = (Conv(filters=2), GlobalAvgPool(), Dense(units=1, activation="sigmoid"))
    net = Architecture(input_shape=(8, 8, 1), layers=layers)
    assert num_answers(net) == 2
    assert num_answers(net.model_copy(update={"layers": layers[:1]})) == 0
    assert num_answers(NET) == 10
