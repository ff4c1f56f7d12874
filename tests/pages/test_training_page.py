import json
from dataclasses import replace
from typing import Any

import pytest
import streamlit as st

from cnnviz.access.visitor import OPERATOR, Visitor
from cnnviz.architecture.export.url import encode
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.architecture.spec import Architecture, Conv, Dense, Flatten
from cnnviz.engine.edited_nets import save_edited
from cnnviz.errors import NotInBrowser
from cnnviz.evaluation.accuracy import right_text
from cnnviz.runs.files import CHECKPOINT_FILE, kept_epochs
from cnnviz.runs.records import Run, Status
from cnnviz.runs.store import RunStore
from cnnviz.runs.timing import comparison, prediction_text
from cnnviz.training.config import MOST_OFFERED, TrainingConfig
from cnnviz.ui.app import services
from cnnviz.ui.components.inside_net import InsideAnswer
from cnnviz.ui.runs import run_controls
from tests.helpers import DIGITS_NET, ENDLESS, until


def _button(page, label: str):
    return next(button for button in page.button if button.label == label)


def _given(page) -> dict[str, dict[str, Any]]:
    """What the panel and the canvas beside it were given, by the name of what only one of them has."""
    given = [json.loads(component.proto.json) for component in page.get("bidi_component")]
    names = {"state": "panel", "stops": "canvas"}
    return {names[part]: data for data in given for part in names if part in data}  # not the menu of files


def _start(page) -> str:
    _button(page, "Start").click().run()
    run_id = page.query_params["run"]
    return run_id[0] if isinstance(run_id, list) else run_id


def _held(open_page):
    """The page of a training that is held, drawn while it was not, and its run."""
    page = open_page("training")
    page.slider(key="training_epochs").set_value(MOST_OFFERED)
    run_id = _start(page)
    services.engine().command(run_id, "pause", by=OPERATOR)
    until(lambda: services.store().get(run_id).progress.paused)
    return page, run_id


def _measured(open_page):
    """The page, once it is known how fast the worker is."""
    until(lambda: services.engine().status().state == "ready")
    page = open_page("training")
    services.engine().calibrator.wait(120)
    return page


def test_start_trains_and_the_reloaded_page_shows_the_result(open_page) -> None:
    page = _measured(open_page)
    page.slider(key="training_epochs").set_value(1)
    page.number_input(key="training_seed").set_value(5)
    run_id = _start(page)
    run = services.engine().wait(run_id)
    assert run.status is Status.FINISHED
    assert (run.config.epochs, run.config.seed) == (1, 5)
    again = open_page("training", run=run_id)
    said = " ".join(box.value for box in (*again.success, *again.info))  # which of both is the diagnosis' choice
    assert right_text(run.metrics) in said
    assert comparison(run) in said
    assert prediction_text(run.prediction) in comparison(run)
    drawn = {chart.key for chart in again.get("plotly_chart")}
    assert f"player-filters-{run_id}" not in drawn, "the canvas draws the kernels"
    assert f"loss-{run_id}" not in drawn, "the panel draws the curves"
    given = _given(again)
    assert (given["panel"]["run"], given["panel"]["state"], given["panel"]["own"]) == (run_id, "finished", True)
    assert given["panel"]["url"].startswith(f"/live/{run_id}?ticket=")
    data = given["canvas"]
    assert [stop["title"] for stop in data["stops"]] == ["Epoch 1"]
    assert data["goes_on"] is False


def test_a_link_names_the_epoch_with_which_the_canvas_begins(open_page, finished_run: Run) -> None:
    data = _given(open_page("training", run=finished_run.id, epoch="1"))["canvas"]
    assert data["net"] == data["stops"][0]["url"]
    page = open_page("training", run=finished_run.id, epoch="9")
    assert page.warning[0].value == (
        "The link names a kept epoch that does not exist, so the newest net is shown. Expected: 1, 2. Received: 9."
    )
    data = _given(page)["canvas"]
    assert data["net"] == data["stops"][-1]["url"]
    assert "epoch" not in page.query_params


def test_the_address_names_no_epoch_once_the_canvas_shows_another_one(open_page, finished_run, monkeypatch) -> None:
    page = open_page("training", run=finished_run.id, epoch="1")
    data = _given(page)["canvas"]
    assert data["named"] == data["net"]
    place = "cnnviz.ui.training.learning_canvas.inside_net"
    monkeypatch.setattr(place, lambda *_, **__: InsideAnswer())
    page.run()
    assert "epoch" in page.query_params
    monkeypatch.setattr(place, lambda *_, **__: InsideAnswer(shown={}))
    page.run()
    assert "epoch" not in page.query_params
    monkeypatch.undo()
    page.run()
    assert _given(page)["canvas"]["named"] == ""


@pytest.mark.usefixtures("nobody_is_lost")
def test_of_an_epoch_that_ends_after_the_buttons_were_drawn_the_page_does_not_claim_to_know(
    open_page, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = services.store()
    run = store.create(DIGITS_NET, TrainingConfig(), owner=visitor.id)
    store.update(run.id, status=Status.RUNNING, progress=replace(run.progress, num_batches=5))

    def ends_now(_: RunStore, run_id: str) -> list[int]:
        store.add_epoch(run_id, 1, {"loss": 1.0, "accuracy": 0.5})
        return []

    monkeypatch.setattr(run_controls, "kept_epochs", ends_now)
    page = open_page("training", run=run.id)
    assert "Train on from here" not in [button.label for button in page.button]
    assert _given(page)["panel"]["state"] == "running", "so the panel, which hears of it, asks for the page anew"
    store.update(run.id, status=Status.STOPPED)


def test_the_canvas_has_the_newest_epoch_of_a_training_that_goes_on(open_page) -> None:
    page = open_page("training")
    page.slider(key="training_epochs").set_value(MOST_OFFERED)
    other = services.engine().train(DIGITS_NET, ENDLESS, by=OPERATOR).id  # which it waits for
    run_id = _start(page)
    assert any("when the first epoch is done" in caption.value for caption in page.caption)
    services.engine().command(other, "stop", by=OPERATOR)
    store = services.store()
    until(lambda: len(kept_epochs(store, run_id)) >= 2)
    services.engine().command(run_id, "pause", by=OPERATOR)
    until(lambda: store.get(run_id).progress.paused)
    page.run()
    given = _given(page)
    assert given["panel"]["state"] == "paused, with epochs"
    data = given["canvas"]
    epochs = kept_epochs(store, run_id)
    assert data["learning"] is data["goes_on"] is True
    assert [stop["title"] for stop in data["stops"]] == [f"Epoch {epoch}" for epoch in epochs]
    assert data["net"] == data["stops"][-1]["url"]
    assert data["images"]
    assert data["run"] == run_id
    services.engine().command(run_id, "stop", by=OPERATOR)
    services.engine().wait(run_id)
    store.delete_file(run_id, CHECKPOINT_FILE.format(1))
    st.cache_data.clear()
    page.run()
    done = store.last_epoch(run_id)
    assert f"{done - 1} of {done} epochs are kept (" in " ".join(caption.value for caption in page.caption)


@pytest.mark.usefixtures("nobody_is_lost")
@pytest.mark.parametrize(
    ("status", "can_be_pressed"),
    [
        (Status.QUEUED, {"Stop"}),
        (Status.RUNNING, {"Pause", "1 batch", "1 epoch", "Stop"}),
        (Status.PAUSED, {"Resume", "1 batch", "1 epoch", "Stop"}),
        (Status.INTERRUPTED, {"Resume"}),
        (Status.STOPPED, set()),
    ],
)
def test_of_the_commands_those_can_be_pressed_that_do_something_and_none_once_it_stops(
    open_page, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, status: Status, can_be_pressed: set[str]
) -> None:
    run = services.store().create(DIGITS_NET, TrainingConfig(), owner=visitor.id)
    services.store().update(run.id, status=status, message="Said.")
    page = open_page("training", run=run.id)
    labels = [label for label, _, _ in run_controls.COMMANDS.values()]
    assert {label for label in labels if not _button(page, label).disabled} == can_be_pressed
    monkeypatch.setattr(services.engine(), "is_stopping", lambda _: True)
    page.run()
    assert all(_button(page, label).disabled for label in labels)
    if status.is_active:
        assert _given(page)["panel"]["state"].endswith(", stopping")
    services.store().update(run.id, status=Status.STOPPED)


def test_buttons_and_panel_are_of_one_state_also_where_the_run_moved_on_while_the_page_was_drawn(
    open_page, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, run_id = _held(open_page)
    store = services.store()

    def shown_later(run_id: str) -> Run:
        run = store.get(run_id)
        return replace(run, progress=replace(run.progress, paused=False))

    monkeypatch.setattr(run_controls, "shown_run", shown_later)
    page.run()
    assert _given(page)["panel"]["state"].startswith("paused")
    assert [_button(page, label).disabled for label in ("Pause", "Resume")] == [True, False]
    services.engine().command(run_id, "stop", by=OPERATOR)
    services.engine().wait(run_id)


def test_a_rate_that_another_tab_asked_for_can_be_taken_back_at_once(open_page) -> None:
    page, run_id = _held(open_page)
    engine, store = services.engine(), services.store()
    page.run()
    was = store.get(run_id).config.learning_rate
    field = f"rate-{run_id}_text"
    assert page.text_input(key=field).value == f"{was:g}"
    assert engine.asked_rate(store.get(run_id)) is None
    engine.set_learning_rate(run_id, 0.0007, by=OPERATOR)
    assert engine.asked_rate(store.get(run_id)) == 0.0007
    _button(page, "Apply").click().run()  # drawn before that, with the rate of before
    assert engine.asked_rate(store.get(run_id)) is None
    engine.set_learning_rate(run_id, 0.0006, by=OPERATOR)
    page.run()
    assert page.text_input(key=field).value == "0.0006"
    page.text_input(key=field).set_value("11").run()
    _button(page, "Apply").click().run()
    assert page.text_input(key=field).value == "11"
    assert engine.asked_rate(store.get(run_id)) == 0.0006
    page.text_input(key=field).set_value("0.0009").run()
    _button(page, "Apply").click().run()
    assert engine.asked_rate(store.get(run_id)) == 0.0009
    engine.command(run_id, "step", by=OPERATOR)
    until(lambda: store.get(run_id).progress.learning_rate == 0.0009)
    assert engine.asked_rate(store.get(run_id)) is None, "it has it"
    engine.command(run_id, "stop", by=OPERATOR)


@pytest.mark.parametrize("share", [0.0, 0.2])
def test_a_run_that_stopped_early_shows_one_epoch_everywhere(open_page, engine, visitor, share: float) -> None:
    settings = TrainingConfig(limit=300, epochs=40, early_stopping=1, learning_rate=0.03, validation_share=share)
    run = engine.wait(engine.train(get_preset("digits-small").architecture, settings, by=visitor).id)
    best, done = run.net_epoch, engine.store.last_epoch(run.id)
    assert done == best + 1 < 40
    page = open_page("training", run=run.id)
    said = page.info[0].value
    assert said.startswith(
        f"{right_text(run.metrics)}. No better validation loss for 1 epoch. The net is that of epoch"
    )
    assert ("These test images chose that epoch" in said) == (share == 0)
    canvas = _given(page)["canvas"]
    assert canvas["net"] == next(stop["url"] for stop in canvas["stops"] if stop["epoch"] == best)
    goes_on = f"It goes on from epoch {done}, the last one, not from epoch {best}, whose net it has now."
    assert goes_on in " ".join(caption.value for caption in page.caption)
    rows = open_page("runs", scope="Mine").dataframe[0].value
    assert rows["Epochs"][0] == done
    assert rows["Test accuracy"][0] == 100 * run.metrics["accuracy"]


def test_nothing_of_a_page_runs_by_itself_while_a_training_is_watched(open_page, monkeypatch) -> None:
    page = open_page("training")
    page.slider(key="training_epochs").set_value(MOST_OFFERED)
    run_id = _start(page)
    until(lambda: services.store().last_epoch(run_id) >= 1)
    timed: list[object] = []
    fragment = st.fragment
    monkeypatch.setattr(st, "fragment", lambda draw, *, run_every=None: timed.append(run_every) or fragment(draw))
    page.run()
    assert timed
    assert set(timed) == {None}
    services.engine().command(run_id, "stop", by=OPERATOR)
    services.engine().wait(run_id)


def test_of_a_net_changed_by_hand_only_what_is_its_own_is_told_as_its_own(open_page, engine, visitor) -> None:
    trained = engine.train(get_preset("digits-small").architecture, TrainingConfig(limit=300, epochs=2), by=OPERATOR)
    engine.wait(trained.id)
    edits = [{"layer": 7, "weight": "bias", "at": 4, "value": 1000}]
    copy = engine.wait(save_edited(engine, trained.id, None, edits, by=visitor).id)
    page = open_page("training", run=copy.id)
    said = [
        text.value for part in (page.info, page.success, page.warning, page.caption, page.markdown) for text in part
    ]
    assert sum("changed by hand, and it has not been trained since" in text for text in said) == 1
    assert f"No better than guessing: {right_text(copy.metrics)}." in [text.value for text in page.warning]
    for not_true in ("It took", "of this training are kept", "as it learns"):
        assert not [text for text in said if not_true in text], not_true
    assert _given(page)["panel"]["own"] is False, "so it shows neither figures nor norms nor a matrix"
    of_trained = open_page("training", run=trained.id)
    assert not [text for text in of_trained.info if "by hand" in text.value]
    assert _given(of_trained)["panel"]["own"] is True


def test_of_a_net_that_no_browser_computes_a_worker_tells_the_maps_of_each_epoch(
    open_page, finished_run, monkeypatch
) -> None:
    def refuse(_: object) -> None:
        raise NotInBrowser("The net holds a pretrained net.", kind="backbone")

    monkeypatch.setattr("cnnviz.ui.training.learning_canvas.refuse_lacking", refuse)
    page = open_page("training", run=finished_run.id)
    assert list(_given(page)) == ["panel"]
    drawn = {chart.key for chart in page.get("plotly_chart")}
    assert drawn >= {f"player-{name}-{finished_run.id}" for name in ("filters", "maps", "bars")}


def test_a_link_names_the_epoch_with_which_the_slider_of_a_net_begins_that_no_browser_computes(
    open_page, finished_run, monkeypatch
) -> None:
    def refuse(_: object) -> None:
        raise NotInBrowser("The net holds a pretrained net.", kind="backbone")

    monkeypatch.setattr("cnnviz.ui.training.learning_canvas.refuse_lacking", refuse)
    monkeypatch.setattr("cnnviz.ui.training.epoch_player._show_view", lambda _, epoch: st.text(f"Shown: {epoch}"))
    page = open_page("training", run=finished_run.id, epoch="1")
    assert page.text[0].value == "Shown: 1"
    assert not page.warning
    page.run()
    assert "epoch" in page.query_params
    page.select_slider(key=f"epoch-{finished_run.id}").set_value(2).run()
    assert page.text[0].value == "Shown: 2"
    assert "epoch" not in page.query_params, "another one is shown"
    page.run()
    assert page.text[0].value == "Shown: 2"
    assert not page.warning
    page.query_params["epoch"] = "1"  # Back
    assert page.run().text[0].value == "Shown: 1"
    page = open_page("training", run=finished_run.id, epoch="9")
    assert (page.text[0].value, "epoch" in page.query_params) == ("Shown: 2", False)
    assert page.warning[0].value.startswith("The link names a kept epoch that does not exist")


def test_the_time_of_a_training_is_not_told_before_the_worker_was_measured(open_page, monkeypatch) -> None:
    calibrator = services.engine().calibrator
    _measured(open_page)
    told = [caption.value for caption in open_page("training").caption if ":material/timer:" in caption.value]
    assert "About" in told[0]
    monkeypatch.setattr(calibrator, "_kept", None)
    monkeypatch.setattr(calibrator, "measure_once", lambda: None)
    told = [caption.value for caption in open_page("training").caption if ":material/timer:" in caption.value]
    assert "not measured yet: this worker is new" in told[0]


def test_stop_ends_the_run_that_the_page_follows(open_page) -> None:
    page = open_page("training")
    page.slider(key="training_epochs").set_value(MOST_OFFERED)
    run_id = _start(page)
    store = services.store()
    until(lambda: store.last_epoch(run_id) >= 1)
    page.run()
    _button(page, "Stop").click().run()
    assert services.engine().wait(run_id).status is Status.STOPPED


@pytest.mark.parametrize(("typed", "rate"), [("0,002", 0.002), ("1/500", 0.002), (" 2e-3 ", 0.002), (".5", 0.5)])
def test_a_learning_rate_is_read_as_people_write_it(open_page, typed: str, rate: float) -> None:
    page = open_page("training")
    field = page.text_input(key="training_learning_rate_text")
    assert field.value == "0.004"
    field.set_value(typed).run()
    assert page.text_input(key="training_learning_rate_text").value == f"{rate:g}"
    assert page.session_state["training_learning_rate"] == pytest.approx(rate)
    assert not page.error


def test_an_emptied_field_shows_its_number_again(open_page) -> None:
    page = open_page("training")
    page.text_input(key="training_learning_rate_text").set_value("").run()
    assert page.text_input(key="training_learning_rate_text").value == "0.004"
    assert not page.error


@pytest.mark.parametrize("typed", ["fast", "–1", "0", "1,000,000", "1e9", "10.01", "nan", "1/0"])
def test_what_is_no_learning_rate_is_refused_in_a_sentence_and_stays_until_it_is_mended(open_page, typed: str) -> None:
    page = open_page("training")
    page.text_input(key="training_learning_rate_text").set_value(typed).run()
    assert [error.value for error in page.error] == [
        f"Write a number from 0.0000001 to 10, such as 0.01, 0,01, 1e-2 or 1/100. Received: {typed}."
    ]
    assert page.text_input(key="training_learning_rate_text").value == typed
    assert page.session_state["training_learning_rate"] == 0.004
    page.text_input(key="training_learning_rate_text").set_value("0,01").run()
    assert not page.error


@pytest.mark.parametrize(
    ("key", "label", "typed", "limits"),
    [
        ("training_learning_rate", "Learning rate", "50", "from 0.0000001 to 10"),
        ("training_target", "Training accuracy, per cent", "990", "from 1 to 100"),
    ],
)
def test_nothing_is_started_while_a_field_shows_what_was_refused(
    open_page, key: str, label: str, typed: str, limits: str
) -> None:
    page = open_page("training")
    page.toggle(key="training_has_target").set_value(True).run()
    before = len(services.store().recent(OPERATOR))
    page.text_input(key=f"{key}_text").set_value(typed)
    refused = f"Write a number {limits}, such as 0.01, 0,01, 1e-2 or 1/100. Received: {typed}."
    said = f"Nothing was started, because of what stands in the field {label}. {refused}"
    for _ in range(2):  # at once, and when it was seen
        _button(page, "Start").click().run()
        assert said in [error.value for error in page.error]
        assert page.text_input(key=f"{key}_text").value == typed
    assert "run" not in page.query_params
    assert len(services.store().recent(OPERATOR)) == before
    _button(page, "Fast recipe").click().run()
    assert not page.error
    assert page.text_input(key="training_learning_rate_text").value == "0.004"


def test_a_field_that_is_not_shown_holds_no_training_back(open_page, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page("training")
    page.toggle(key="training_has_target").set_value(True).run()
    page.text_input(key="training_target_text").set_value("990").run()
    page.toggle(key="training_has_target").set_value(False).run()
    asked = []
    monkeypatch.setattr("cnnviz.ui.training.launch.start_training", lambda *said: asked.append(said))
    monkeypatch.setattr("cnnviz.ui.training.launch._follow", lambda _: None)
    _button(page, "Start").click().run()
    assert len(asked) == 1


def test_a_learning_rate_above_1_is_taken_with_a_word(open_page) -> None:
    page = open_page("training")
    page.text_input(key="training_learning_rate_text").set_value("2").run()
    assert page.session_state["training_learning_rate"] == 2
    assert any("most trainings fail" in caption.value for caption in page.caption)


def test_a_learning_rate_beyond_reason_is_said_in_words_on_the_page(open_page, visitor) -> None:
    net = get_preset("digits-small").architecture
    run_id = (
        services.engine().train(net, TrainingConfig(learning_rate=1e9), by=visitor).id
    )  # as none is entered any more
    assert services.engine().wait(run_id).status is Status.FAILED
    again = open_page("training", run=run_id)
    assert "The learning rate is too high: the training has diverged." in again.error[0].value
    assert "Try 0.001, the usual one with Adam." in again.error[0].value
    assert [button.label for button in again.button if button.label in ("Same again", "5 more epochs")] == [
        "Same again"
    ]
    of_runs = open_page("runs", run=run_id)
    assert [error.value for error in of_runs.error] == [again.error[0].value]
    assert not of_runs.warning, "it is said once"
    assert "Adam with a learning rate of 1e+09" in services.store().get(run_id).message
    assert not again.exception
    next(button for button in again.button if button.label == "Same again").click().run()
    assert again.session_state["training_config"].learning_rate == 10, "the most that the form takes"


def test_a_net_too_small_for_the_images_cannot_be_started(open_page) -> None:
    layers = (*[Conv(filters=2, kernel=7)] * 7, Flatten(), Dense(units=10, activation="softmax"))
    net = Architecture(name="deep", input_shape=(64, 64, 1), layers=layers)
    page = open_page("training", net=encode(net))
    assert "larger than its input" in page.error[0].value
    assert _button(page, "Start").disabled


def test_what_the_server_does_not_allow_is_said_before_the_start(open_page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNVIZ_MAX_EPOCHS", "3")
    page = open_page("training")
    assert [error.value for error in page.error] == [
        "This server allows 3 epochs for one training. Choose 3 or fewer. Received: 8 epochs."
    ]
    page.slider(key="training_epochs").set_value(3).run()
    assert not page.error


def test_a_preset_brings_its_settings(open_page) -> None:
    page = open_page("training")
    page.selectbox(key="training_net").set_value("conv32-64-128-mnist").run()
    preset = get_preset("conv32-64-128-mnist")
    assert page.selectbox(key="training_dataset").value == "mnist"
    assert page.selectbox(key="training_optimizer").value == preset.config["optimizer"]
    assert page.slider(key="training_epochs").value == preset.config["epochs"]


@pytest.mark.parametrize("run", ["nothere", "..", "a" * 500])
def test_a_link_to_a_run_that_is_not_kept_says_so(open_page, run: str) -> None:
    page = open_page("training", run=run)
    assert "not kept here" in page.warning[0].value


def test_a_tutorials_net_brings_all_its_settings_and_both_figures(open_page) -> None:
    page = open_page("training")
    page.selectbox(key="training_net").set_value("conv64x2-cats-dogs").run()
    assert page.selectbox(key="training_dataset").value == "cats_vs_dogs"
    assert page.select_slider(key="training_batch_size").value == 15
    assert page.selectbox(key="training_optimizer").value == "rmsprop"
    assert page.toggle(key="training_augment").value
    assert page.slider(key="augment_rotation").value == 15
    assert page.slider(key="augment_shear").value == 0.1
    assert any("0.7091, 0.7591, 0.7505" in caption.value for caption in page.caption)
    assert not page.error, "nothing is fetched for a preview that nobody has asked for"
    assert not _button(page, "Start").disabled
    page.selectbox(key="training_net").set_value("conv64-mnist").run()
    assert not page.toggle(key="training_augment").value
    assert page.text_input(key="training_target_text").value == "99.8"
    page.selectbox(key="training_net").set_value("mlp-cats-dogs").run()
    assert not page.toggle(key="training_has_target").value
    assert page.selectbox(key="training_loss").value == "mse"
    assert page.number_input(key="training_limit").value == 4096
    assert page.text_input(key="training_learning_rate_text").value == "1e-05"


def test_a_run_of_a_tutorials_net_stands_beside_what_was_printed(open_page) -> None:
    preset = get_preset("conv64-mnist")
    run = services.store().create(preset.architecture.model_copy(update={"name": "mine"}), TrainingConfig())
    services.store().update(run.id, status=Status.STOPPED)
    page = open_page("training", run=run.id)
    said = [text.value for text in page.markdown]
    assert any(preset.printed in text for text in said)
    assert any(preset.measured in text for text in said)


def test_own_images_are_asked_for_without_an_alarm(open_page) -> None:
    page = open_page("training")
    page.selectbox(key="training_dataset").set_value("own").run()
    assert "Upload a zip" in page.info[0].value
    assert not page.error
    assert _button(page, "Start").disabled
