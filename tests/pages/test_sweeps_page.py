"""The page Sweeps: plans in words and numbers, a sweep as it fills, and what cannot be swept."""

import json
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.access.visitor import Visitor
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.engine.engine import Engine
from cnnviz.runs.records import Status
from cnnviz.runs.sweep_records import SweepStatus
from cnnviz.runs.sweep_results import ONE_SEED
from cnnviz.runs.sweeps import (
    create_sweep,
    fail_point,
    join_sweep,
    listed_sweeps,
    planned_point,
    set_sweep_status,
    sweep_state,
)
from cnnviz.training.config import TrainingConfig
from cnnviz.training.sweep import Sweep, data_sweep, settings_sweep
from cnnviz.ui.sweeps.base import TRAINING
from cnnviz.ui.training.form_values import MINE
from tests.helpers import DIGITS_NET as NET

PLAN = settings_sweep(NET, TrainingConfig(epochs=1), {"learning_rate": [0.1, 0.01, 0.001]})


@pytest.fixture(autouse=True)
def without_trainings(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A sweep that is started is kept, and nothing of it is trained.

    Runs that were made have no net, and some have failed; they are gone after the test, or they would be the newest on
    the pages of other tests.
    """
    create, made = engine.store.create, []
    monkeypatch.setattr(engine.store, "create", lambda *net, **of: made.append(create(*net, **of)) or made[-1])
    monkeypatch.setattr(engine.sweeps, "start", lambda plan, *, by: create_sweep(engine.store, plan, by.id))
    yield
    for run in made:
        engine.store.delete(run.id)
    for one in listed_sweeps(engine.store, Visitor("", is_operator=True)):
        set_sweep_status(engine.store, one.id, SweepStatus.FINISHED)


def _sweep(engine: Engine, visitor: Visitor, *shares: float | None, plan: Sweep = PLAN, status: SweepStatus) -> str:
    """A sweep whose first points have reached these accuracies; None: the run has failed."""
    sweep_id = create_sweep(engine.store, plan, visitor.id)
    for position, share in enumerate(shares):
        point = planned_point(engine.store, sweep_id, position)
        run = join_sweep(
            engine.store,
            engine.store.create(point.architecture, point.config, name=point.name, owner=visitor.id),
            sweep_id,
            position,
        )
        if share is None:
            engine.store.update(run.id, status=Status.FAILED, message="The loss became *NaN*.")
        else:
            metrics = {"accuracy": share, "num_test": 360, "params": 12_810, "guessing": 0.1}
            engine.store.update(run.id, status=Status.FINISHED, metrics=metrics, seconds=2.5)
    set_sweep_status(engine.store, sweep_id, status)
    return sweep_id


def _words(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.warning, page.error)
    return "\n".join(element.value for elements in kinds for element in elements)


def _box(page: AppTest, label: str):
    return next(box for box in (*page.selectbox, *page.text_input, *page.number_input) if box.label == label)


def test_a_plan_says_how_many_trainings_it_is_and_starts_as_that(open_page, engine, visitor) -> None:
    page = open_page("sweeps")
    assert "4 trainings, " in _words(page)
    page = _box(page, "Values").set_value("0.1, 0.01").run()
    page = _box(page, "Second setting").select("batch_size").run()
    page = _box(page, "Its values").set_value("16; 32; 64").run()
    page = _box(page, "Seeds for each point").set_value(2).run()
    assert "12 trainings, " in _words(page)
    assert "**digits-small: learning rate × batch size**" in _words(page)
    page = next(button for button in page.button if button.label == "Start").click().run()
    (kept,) = listed_sweeps(engine.store, visitor)
    assert page.query_params["sweep"] == kept.id
    assert kept.num_points == 12
    point = planned_point(engine.store, kept.id, 7)
    assert (point.config.learning_rate, point.config.batch_size, point.config.seed) == (0.1, 32, 1)
    assert not page.exception


@pytest.mark.parametrize(
    ("label", "value", "said"),
    [
        ("Values", "fast", "Learning rate: expected values as in 0.01, 0.003, 0.001, 0.0003. Received: fast"),
        ("Values", "", "Learning rate: no values."),
        ("Values", ", ".join(f"{(number + 1) / 1000}" for number in range(101)), "Received: a sweep of 101 points."),
        ("Values", "-1", "Learning rate: expected a number above 0. Received: -1"),
    ],
)
def test_what_cannot_be_swept_is_said_and_the_form_stays(open_page, label: str, value: str, said: str) -> None:
    page = _box(open_page("sweeps"), label).set_value(value).run()
    assert any(said in error.value.replace("\\", "") for error in page.error)
    assert _box(page, label).value == value
    assert not page.exception


def test_a_link_plans_the_amount_of_data_of_a_run(open_page, finished_run) -> None:
    page = open_page("sweeps", kind="data", run=finished_run.id)
    assert _box(page, "Base").value == f"run:{finished_run.id}"
    assert _box(page, "Training images").value == "89, 179, 359, 718, 1437"
    assert "15 trainings, " in _words(page)
    assert _box(page, "Epochs of each").value == finished_run.config.epochs


def test_a_kind_of_sweep_that_there_is_not_is_said_and_taken_out_of_the_address(open_page) -> None:
    page = open_page("sweeps", kind="banana")
    assert "Expected: settings, data, seeds, nets. Received: banana." in page.warning[0].value
    assert "kind" not in page.query_params
    assert not page.exception


def test_a_kind_that_there_is_not_is_said_beside_a_sweep_too(open_page, engine, visitor) -> None:
    sweep_id = _sweep(engine, visitor, 0.7, status=SweepStatus.FINISHED)
    page = open_page("sweeps", sweep=sweep_id, kind="banana")
    assert "Expected: settings, data, seeds, nets. Received: banana." in page.warning[0].value
    assert set(page.query_params) == {"sweep"}


def test_a_sweep_begins_with_what_the_training_page_shows(open_page) -> None:
    preset = get_preset("conv32-64-cifar10")
    page = open_page("training")
    page = page.selectbox(key="training_net").select(preset.name).run()
    page = page.switch_page("../../pages/sweeps.py").run()
    assert _box(page, "Base").value == TRAINING
    assert _box(page, "Base").options[0] == f"As on the Training page: {preset.architecture.name}"
    assert _box(page, "Epochs of each").value == preset.config["epochs"]
    assert f"**{preset.architecture.name}: learning rate**" in _words(page)
    assert not page.exception


def test_the_five_nets_of_the_first_tutorial_are_there_at_once(open_page) -> None:
    page = open_page("sweeps", kind="nets")
    assert "5 trainings, " in _words(page)
    assert "**5 nets on Face or not**" in _words(page)


def test_nets_are_compared_over_the_same_seeds(open_page) -> None:
    page = open_page("sweeps", kind="seeds")
    page = next(one for one in page.toggle if one.label == "Compare with another net").set_value(True).run()
    page = _box(page, "Other net").select("recipe:digits").run()
    assert "10 trainings, " in _words(page)
    assert "**digits-small and digits-fast: 5 seeds**" in _words(page)


def test_a_sweep_says_what_it_has_found_and_what_has_failed(open_page, engine, visitor) -> None:
    sweep_id = _sweep(engine, visitor, 0.7, 0.95, None, status=SweepStatus.FINISHED)
    page = open_page("sweeps", sweep=sweep_id)
    words = _words(page)
    assert "Best: learning rate 0.01 with 95.0\u202f% of the test images right." in words
    assert "On these test images it is 25.0 percentage points ahead" in words
    links = [link.proto for link in page.get("page_link")]
    (both,) = [link for link in links if link.label == "Compare both"]
    runs = [point.run_id for point in sweep_state(engine.store, sweep_id, visitor).points]
    assert both.query_string == f"runs={runs[1]}%2C{runs[0]}"
    assert "1 training has failed; the sweep went on." in words
    assert "The loss became \\*NaN\\*" in words
    table = page.dataframe[0].value
    assert list(table["Status"]) == ["finished", "finished", "failed"]
    assert list(table["Test accuracy"])[:2] == [70, 95]
    assert list(table["Learning rate"]) == ["0.1", "0.01", "0.001"]
    assert not page.exception


def test_the_winner_opens_on_the_architecture_page(open_page, engine, visitor) -> None:
    plan = settings_sweep(NET, TrainingConfig(), {"filters": [4, 8]})
    sweep_id = _sweep(engine, visitor, 0.7, 0.95, plan=plan, status=SweepStatus.FINISHED)
    page = open_page("sweeps", sweep=sweep_id)
    page.session_state["training_net"] = "lenet5"  # as chosen on the Training page before
    page = next(button for button in page.button if button.label.startswith("Open the winner")).click().run()
    assert page.title[0].value == "Architecture"
    assert page.session_state["training_net"] == MINE, "the form trains the winner, not the net chosen before"
    moves = page.session_state["net_moves"]
    assert moves.present == plan.points[1].architecture
    assert page.session_state["training_epochs"] == plan.points[1].config.epochs, "its settings are in the form, too"


def test_a_curve_over_the_amount_of_data_ends_in_a_sentence(open_page, engine, visitor) -> None:
    plan = data_sweep(NET, TrainingConfig(), [100, 200])
    sweep_id = _sweep(engine, visitor, 0.5, 0.8, plan=plan, status=SweepStatus.FINISHED)
    words = _words(open_page("sweeps", sweep=sweep_id))
    assert "On these test images from 100 to 200 images the test accuracy went up by 30.0 percentage points" in words
    assert ONE_SEED in words, "one training of each is no proof"


@pytest.mark.usefixtures("nobody_is_lost")
def test_a_sweep_is_stopped_resumed_and_removed(open_page, engine, visitor, monkeypatch) -> None:
    told = []
    for name in ("stop", "resume"):
        monkeypatch.setattr(engine.sweeps, name, lambda sweep_id, by, name=name: told.append((name, sweep_id, by)))
    sweep_id = _sweep(engine, visitor, 0.7, status=SweepStatus.RUNNING)
    page = open_page("sweeps")
    assert page.query_params["sweep"] == sweep_id, "one comes back for what runs"
    next(button for button in page.button if button.label == "Stop").click().run()
    set_sweep_status(engine.store, sweep_id, SweepStatus.STOPPED)
    page = open_page("sweeps", sweep=sweep_id)
    next(button for button in page.button if button.label == "Resume").click().run()
    assert told == [("stop", sweep_id, visitor), ("resume", sweep_id, visitor)]
    page = open_page("sweeps", sweep=sweep_id)
    page = next(button for button in page.button if button.label == "Remove").click().run()
    assert listed_sweeps(engine.store, visitor) == []
    assert not page.exception
    assert "What varies" in [one.label for one in page.get("button_group")]


def test_a_point_that_could_not_begin_is_said(open_page, engine, visitor) -> None:
    sweep_id = _sweep(engine, visitor, 0.7, status=SweepStatus.FINISHED)
    fail_point(engine.store, sweep_id, 1, "There are no such images.")
    assert "There are no such images" in _words(open_page("sweeps", sweep=sweep_id))


@pytest.mark.parametrize("query", ["nothing", "<b>x</b>", "%00"])
def test_a_link_to_no_sweep_of_ones_own_says_so(open_page, engine, query: str) -> None:
    hidden = _sweep(engine, Visitor("somebody"), 0.7, status=SweepStatus.FINISHED)
    for sweep_id in (query, hidden):
        page = open_page("sweeps", sweep=sweep_id)
        assert any("not kept here or not yours" in warning.value for warning in page.warning)
        assert "sweep" not in page.query_params
        assert not page.exception


def test_the_evaluation_page_leads_to_the_amount_of_data(open_page, finished_run) -> None:
    page = open_page("evaluation", run=finished_run.id)
    links = [link.proto for link in page.get("page_link")]
    assert any(link.label.startswith("Would more images help?") and "kind=data" in link.query_string for link in links)


def test_a_sweep_is_drawn_and_ranked_by_another_metric(open_page, engine, visitor) -> None:
    sweep_id = _sweep(engine, visitor, 0.5, 0.9, 0.7, status=SweepStatus.FINISHED)
    for point, error in zip(sweep_state(engine.store, sweep_id, visitor).points, (0.1, 0.2, 0.3), strict=True):
        metrics = {**engine.store.get(point.run_id).metrics, "mse": error}
        engine.store.update(point.run_id, metrics=metrics)
    page = open_page("sweeps", sweep=sweep_id)
    assert "Best: learning rate 0.01 with 90.0\u202f% of the test images right." in _words(page).replace("\\", "")
    page = _box(page, "By").select("mse").run()
    assert "Best: learning rate 0.1 with mean squared error 0.1000." in _words(page).replace("\\", "")
    title = json.loads(page.get("plotly_chart")[0].proto.spec)["layout"]["yaxis"]["title"]["text"]
    assert title == "mean squared error"
    assert list(page.dataframe[0].value["Mean squared error"]) == [0.1, 0.2, 0.3]
    page.session_state["sweep_picked"] = sweep_state(engine.store, sweep_id, visitor).points[1].run_id
    words = _words(page.run()).replace("\\", "")
    assert ": mean squared error 0.2000; 90.0\u202f% (" in words, "the training that was clicked, by the same measure"
    assert not page.exception


def test_nets_with_one_output_are_ranked_by_their_correlation_until_another_measure_is_chosen(
    open_page, engine, visitor
) -> None:
    sweep_id = _sweep(engine, visitor, 0.9, 0.5, 0.7, status=SweepStatus.FINISHED)
    for point, correlation in zip(sweep_state(engine.store, sweep_id, visitor).points, (0.1, 0.8, 0.3), strict=True):
        metrics = {**engine.store.get(point.run_id).metrics, "correlation": correlation}
        engine.store.update(point.run_id, metrics=metrics)
    page = open_page("sweeps", sweep=sweep_id)
    assert _box(page, "By").value == "correlation"
    assert "Best: learning rate 0.01 with correlation 0.8000." in _words(page).replace("\\", "")
