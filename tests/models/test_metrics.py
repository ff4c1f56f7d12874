"""Live metrics against scikit-learn and NumPy, however the images are spread over batches."""

import keras
import numpy as np
import pytest

from cnnviz.architecture.spec import ActivationLayer, Architecture, Conv, Dense, Flatten
from cnnviz.evaluation.scores import evaluate
from cnnviz.evaluation.thresholds import pearson_correlation
from cnnviz.models.build import build_model
from cnnviz.models.files import model_from_bytes, model_to_bytes, without_optimizer
from cnnviz.models.metrics import Correlation, MacroPrecision, MacroRecall, live_metrics

RANDOM = np.random.default_rng(3)
LABELS = RANDOM.integers(0, 4, 200)
SCORES = RANDOM.dirichlet(np.ones(4), 200).astype(np.float32)
SCORES[np.arange(200), LABELS] += RANDOM.uniform(0, 1, 200)


def fed(metric: keras.metrics.Metric, labels: np.ndarray, outputs: np.ndarray) -> float:
    for start in range(0, len(labels), 64):
        metric.update_state(labels[start : start + 64], outputs[start : start + 64])
    return float(metric.result())


def test_precision_and_recall_are_the_plain_means_over_the_classes() -> None:
    expected = evaluate(SCORES, LABELS, list("abcd"))
    assert fed(MacroPrecision(4), LABELS, SCORES) == pytest.approx(expected.macro_precision, abs=1e-6)
    assert fed(MacroRecall(4), LABELS[:, None], SCORES) == pytest.approx(expected.macro_recall, abs=1e-6)


def test_they_start_anew_when_they_are_reset() -> None:
    metric = MacroRecall(2)
    fed(metric, np.array([0, 1]), np.array([[0.9, 0.1], [0.9, 0.1]]))
    assert float(metric.result()) == 0.5
    metric.reset_state()
    assert float(metric.result()) == 0


def test_one_output_is_the_probability_of_the_second_class() -> None:
    """Three of four taken for the second class, two of them rightly; one of two of the first class found."""
    labels, outputs = np.array([0, 0, 1, 1]), np.array([[0.2], [0.8], [0.6], [0.7]])
    assert fed(MacroPrecision(2), labels, outputs) == pytest.approx((1 + 2 / 3) / 2)
    assert fed(MacroRecall(2), labels, outputs) == pytest.approx((0.5 + 1) / 2)


@pytest.mark.parametrize(("offset", "spread"), [(0.5, 0.3), (0.7, 1e-4)])
def test_the_correlation_is_that_of_numpy_also_where_outputs_hardly_differ(offset: float, spread: float) -> None:
    labels = RANDOM.integers(0, 2, 300)
    outputs = (offset + spread * (labels - 0.5 + RANDOM.normal(size=300))).astype(np.float32)
    assert fed(Correlation(), labels, outputs[:, None]) == pytest.approx(pearson_correlation(outputs, labels), abs=1e-3)


def test_a_constant_output_correlates_with_nothing() -> None:
    assert fed(Correlation(), np.array([0, 1, 1]), np.full((3, 1), 0.25)) == 0


def test_a_net_with_one_output_has_the_numbers_of_the_tutorial_that_compares_such_nets() -> None:
    names = [metric.name for metric in live_metrics(2, one_output=True)]
    assert names == ["accuracy", "precision", "recall", "mse", "correlation"]
    assert [metric.name for metric in live_metrics(5, one_output=False)] == ["accuracy", "precision", "recall"]


NET = Architecture(
    input_shape=(6, 8, 3),
    layers=(Conv(filters=2, activation="relu"), Flatten(), Dense(units=3), ActivationLayer(function="softmax")),
)


def test_mixed_precision_is_for_one_model_only_and_its_probabilities_have_32_bits() -> None:
    mixed, plain = build_model(NET, seed=1, mixed_precision=True), build_model(NET, seed=1)
    assert keras.config.dtype_policy().name == "float32"
    assert [mixed.get_layer(name).compute_dtype for name in ("conv_1", "dense_1")] == ["float16", "float16"]
    assert mixed.layers[-1].compute_dtype == "float32"
    assert {variable.dtype for variable in mixed.variables} == {"float32"}
    assert {layer.compute_dtype for layer in plain.layers} == {"float32"}
    images = RANDOM.integers(0, 256, (4, 6, 8, 3)).astype(np.uint8)
    expected = plain(images, training=False)
    np.testing.assert_allclose(mixed(images, training=False), expected, atol=5e-3)
    for saved in (model_to_bytes(mixed), without_optimizer(mixed)):
        kept = model_from_bytes(saved)
        assert {layer.compute_dtype for layer in kept.layers} == {"float32"}
        np.testing.assert_array_equal(kept(images, training=False), expected)


def test_a_net_that_cannot_be_built_leaves_no_precision_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ValueError("no")

    monkeypatch.setattr("cnnviz.models.build.keras_layer", refuse)
    with pytest.raises(ValueError, match="no"):
        build_model(NET, mixed_precision=True)
    assert keras.config.dtype_policy().name == "float32"


def test_a_class_without_images_does_not_lower_the_means() -> None:
    probabilities = np.eye(3, dtype=np.float32)[[0, 0, 1, 1]]
    for metric in (MacroPrecision(3), MacroRecall(3)):
        metric.update_state(np.array([0, 0, 1, 1]), probabilities)
        assert float(metric.result()) == 1.0
