import numpy as np
from scipy.stats import binomtest

from cnnviz.evaluation.scores import TestPredictions
from cnnviz.runs.files import TEST_FILE
from cnnviz.runs.timing import comparison, prediction_text
from cnnviz.text.units import percent_text
from cnnviz.ui.app import services
from cnnviz.ui.runs.pages import PAGE_SIZE
from tests.helpers import SECONDS


def _test_set(run) -> TestPredictions:
    return TestPredictions.from_bytes(services.store().load_file(run.id, TEST_FILE))


def test_evaluation_shows_the_numbers_of_the_test_set(open_page, finished_run) -> None:
    page = open_page("evaluation", run=finished_run.id)
    test = _test_set(finished_run)
    guessed = test.probabilities.argmax(axis=1)
    right = np.mean(guessed == test.labels)
    interval = binomtest(int((guessed == test.labels).sum()), len(guessed)).proportion_ci(method="wilson")
    assert page.metric[0].value == percent_text(right, digits=1)
    low, high = (percent_text(share, digits=1) for share in interval)
    assert any(f"95\u202f% interval: {low} to {high}" in caption.value for caption in page.caption)
    most = np.bincount(test.labels).max() / len(test.labels)
    assert any(
        f"the largest class would get {percent_text(most, digits=1)}" in caption.value for caption in page.caption
    )
    table = page.dataframe[0].value
    assert list(table["Support"]) == np.bincount(test.labels).tolist()
    recall = [np.mean(guessed[test.labels == digit] == digit) for digit in range(10)]
    np.testing.assert_allclose(table["Recall"], recall)


def test_runs_lists_every_run_and_shows_the_newest(open_page, visitor, finished_run) -> None:
    page = open_page("runs")
    runs = services.store().recent(visitor, limit=PAGE_SIZE)
    assert list(page.dataframe[0].value["Status"]) == [run.status.value for run in runs]
    assert page.header[0].value
    table = open_page("runs", search=finished_run.id).dataframe[0].value  # however many came after it
    expected = finished_run.prediction  # None where the worker was not measured yet when it began
    (text,) = table["Predicted"]
    assert text == prediction_text(expected) if expected else text is None
    assert list(table["Seconds"]) == [finished_run.seconds]


def test_the_chosen_run_says_what_was_predicted_and_what_it_took(open_page, engine) -> None:
    from cnnviz.architecture.presets.catalogue import get_preset
    from cnnviz.runs.records import Status
    from cnnviz.training.config import TrainingConfig
    from cnnviz.training.duration.model import Prediction

    run = engine.store.create(
        get_preset("lenet5").architecture, TrainingConfig(), prediction=Prediction(20.0, 26.0, 34.0)
    )
    engine.store.update(run.id, status=Status.FINISHED, metrics={"accuracy": 0.9}, seconds=27.2)
    page = open_page("runs")
    assert page.success[0].value == "90.0\u202f% of the test images right. Predicted 20 to 35 s, took 27 s."
    assert comparison(engine.store.get(run.id)) in page.success[0].value
    engine.store.delete(run.id)


def test_a_net_with_one_output_says_what_it_reaches_at_its_best_threshold(open_page, engine) -> None:
    from cnnviz.architecture.presets.catalogue import get_preset
    from cnnviz.runs.records import Status
    from cnnviz.training.config import TrainingConfig

    run = engine.store.create(get_preset("lenet5").architecture, TrainingConfig())
    reached = {"mse": 0.2, "correlation": 0.69, "best_accuracy": 0.84, "best_threshold": 4 / 11}
    metrics = {"accuracy": 0.5, "guessing": 0.5, "num_test": 100, **reached}
    engine.store.update(run.id, status=Status.FINISHED, metrics=metrics, seconds=27.2)
    page = open_page("training", run=run.id)
    assert page.success[0].value.startswith(
        "MSE 0.20, correlation 0.69; at the best of ten thresholds, 0.36, 84.0\u202f%"
    )
    assert "a little too good. It took 27 s." in page.success[0].value
    assert not [box for box in page.warning if "guessing" in box.value]
    assert any(text.value.startswith("Next: ") for text in page.markdown), "what Start would start is not this run"
    engine.store.delete(run.id)


def test_evaluation_says_of_one_output_what_its_answers_reach_at_the_best_threshold() -> None:
    from streamlit.testing.v1 import AppTest

    def shown() -> None:
        import numpy as np

        from cnnviz.evaluation.scores import TestPredictions, evaluate
        from cnnviz.ui.evaluation.scores import show_accuracy

        second = np.array([0.1, 0.2, 0.3, 0.45])
        test = TestPredictions(np.stack([1 - second, second], axis=1), np.array([0, 0, 1, 1]), ("a", "b"))
        show_accuracy(evaluate(test.probabilities, test.labels, test.classes), test, has_one_output=True)

    page = AppTest.from_function(shown, default_timeout=SECONDS).run()
    assert (page.metric[0].label, page.metric[0].value) == ("Accuracy at 0.5", "50.0\u202f%")
    # the squares of the errors 0.1, 0.2, 0.7, 0.55 are 0.8425 in all; 3 of 11 parts them; 0.225 / sqrt(0.0669) is 0.87
    assert page.markdown[0].value.startswith(
        "MSE 0.21, correlation 0.87; at the best of ten thresholds, 0.27, 100.0\u202f%"
    )


def test_the_chosen_run_says_first_what_the_diagnosis_says_first(open_page, engine) -> None:
    from cnnviz.architecture.presets.catalogue import get_preset
    from cnnviz.runs.records import Status
    from cnnviz.training.config import TrainingConfig
    from cnnviz.training.events import DatasetFacts

    net = get_preset("digits-small").architecture
    run = engine.store.create(net, TrainingConfig(epochs=3, learning_rate=1e-6))
    facts = DatasetFacts(tuple("0123456789"), (28, 28, 1), 1437, 0, 360, "digit", ())
    engine.store.update(run.id, status=Status.FINISHED, facts=facts, metrics={"accuracy": 0.1}, seconds=3.0)
    for epoch in (1, 2, 3):
        engine.store.add_epoch(run.id, epoch, {"loss": 2.31 - epoch / 1e5, "accuracy": 0.1, "val_accuracy": 0.1})
    page = open_page("runs")
    assert page.info[0].value.startswith("10.0\u202f% of the test images right.")
    assert not page.success, "no tick beside that"
    assert page.warning[0].value.startswith("The learning rate is far too low. The training loss falls by only")
    assert page.warning[0].value.endswith("Try 0.001, 1,000 times as much.")
    (also,) = [box for box in page.expander if box.label == "Also noticed (1)"]
    assert also.markdown[0].value.startswith("It does not begin to learn.")
    engine.store.delete(run.id)


def test_deleting_a_run_takes_it_off_the_list(open_page, visitor, engine) -> None:
    from cnnviz.architecture.presets.catalogue import get_preset
    from cnnviz.runs.records import Status
    from cnnviz.training.config import TrainingConfig

    run = engine.store.create(
        get_preset("lenet5").architecture, TrainingConfig(), name="to be deleted", owner=visitor.id
    )
    engine.store.update(run.id, status=Status.FAILED, message="It was only a test.")
    page = open_page("runs")
    assert page.error[0].value == "It was only a test."
    next(button for button in page.button if button.label == "Delete").click().run()
    assert "to be deleted" not in list(page.dataframe[0].value["Net"])


def test_every_choice_of_a_net_is_taken_though_nets_may_be_called_alike(
    open_page, engine, finished_run, visitor
) -> None:
    from cnnviz.architecture.presets.catalogue import get_preset
    from cnnviz.runs.records import Status
    from cnnviz.training.config import TrainingConfig

    store = engine.store
    others = [store.create(get_preset("lenet5").architecture, TrainingConfig(), owner=visitor.id) for _ in range(3)]
    for run in others:
        store.update(run.id, status=Status.FINISHED, metrics={"accuracy": 0.5})
    page = open_page("evaluation", run=finished_run.id)
    assert page.selectbox[0].value == finished_run.id
    for run in (*others, finished_run, others[1]):
        page.selectbox[0].set_value(run.id).run()
        assert page.selectbox[0].value == run.id
        assert page.query_params["run"] in (run.id, [run.id])
    page.query_params["run"] = others[0].id  # Back, or a link
    assert page.run().selectbox[0].value == others[0].id
    for run in others:
        store.delete(run.id)
