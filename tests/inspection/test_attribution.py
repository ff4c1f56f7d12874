"""Oracles: GradientTape written out, finite differences, nets whose attribution is known by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from cnnviz.architecture.spec import (
    Architecture,
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    GlobalAvgPool,
    MaxPool,
)
from cnnviz.errors import InvalidInput, UnknownName
from cnnviz.evaluation.predict import predict_probabilities
from cnnviz.inspection.attribution.attribute import attribution, attribution_part
from cnnviz.inspection.attribution.checks import deletion, randomisation
from cnnviz.inspection.attribution.methods import METHODS, method_settings, methods_for
from cnnviz.inspection.attribution.results import Attribution, Deletion
from cnnviz.inspection.attribution.scored_net import ScoredNet, as_pixels
from cnnviz.inspection.attribution.shuffled import shuffled_weights, weighted_layers
from cnnviz.models.build import build_model

NET = Architecture(
    input_shape=(12, 15, 3),
    layers=(
        Conv(name="first", filters=6, activation="relu"),
        BatchNorm(),
        MaxPool(),
        Conv(name="second", filters=8, padding="same", activation="gelu"),
        Flatten(),
        Dense(units=9, activation="tanh"),
        Dense(units=4, activation="softmax"),
    ),
)
IMAGE = np.random.default_rng(4).integers(0, 256, (12, 15, 3), np.uint8)
CHEAP = {"smoothgrad": {"samples": 4}, "integrated_gradients": {"steps": 4}, "occlusion": {"patch": 4, "stride": 3}}


@pytest.fixture(scope="module")
def model():
    return build_model(NET, seed=3)


def linear_net(weights: np.ndarray, activation: str = "softmax") -> keras.Model:
    """A net whose score of class k is the sum of pixels (0 to 1) times `weights` (H, W, C, k)."""
    *shape, classes = weights.shape
    layers = (Flatten(), Dense(units=classes, activation=activation))
    made = build_model(Architecture(input_shape=tuple(shape), layers=layers))
    made.layers[-1].kernel.assign(weights.reshape(-1, classes))
    return made


def own_slope(model, image, class_index):
    """The slope of the logit by pixels of 0 to 1, with a tape and the logit written out."""
    last = model.layers[-1]
    until = keras.Model(model.inputs[0], last.input)
    pixels = tf.constant(image[None] / 255.0, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(pixels)
        logits = tf.matmul(until(pixels * 255, training=False), last.kernel) + last.bias
        score = logits[0, class_index]
    return tape.gradient(score, pixels)[0].numpy()


def test_saliency_is_the_slope_that_a_tape_gives(model):
    for class_index in range(4):
        found = attribution(model, IMAGE, "saliency", class_index)
        expected = own_slope(model, IMAGE, class_index)
        assert np.abs(found.values - expected).max() <= 1e-4 * np.abs(expected).max()


def test_saliency_agrees_with_finite_differences(model):
    net, pixels = ScoredNet(model), as_pixels(IMAGE).astype(np.float64)
    found = attribution(model, IMAGE, "saliency", 2).values
    for row, column, channel in ((0, 0, 0), (5, 7, 1), (11, 14, 2), (3, 9, 0)):
        step = np.zeros_like(pixels)
        step[0, row, column, channel] = 1e-2
        up, down = net.scores(np.concatenate([pixels + step, pixels - step]).astype(np.float32))[:, 2]
        assert found[row, column, channel] == pytest.approx((up - down) / 2e-2, abs=2e-2 * float(np.abs(found).max()))


def test_of_a_linear_net_the_slope_is_its_weights_and_times_the_input_adds_up_to_the_score():
    weights = np.random.default_rng(0).normal(size=(4, 5, 1, 3)).astype(np.float32)
    linear, image = linear_net(weights), np.random.default_rng(1).integers(0, 256, (4, 5, 1), np.uint8)
    assert np.allclose(attribution(linear, image, "saliency", 1).values, weights[..., 1], atol=1e-5)
    found = attribution(linear, image, "gradient_x_input", 1)
    assert np.allclose(found.values, weights[..., 1] * image / 255, atol=1e-5)
    assert found.map.sum() == pytest.approx(found.score, abs=1e-5)
    assert np.allclose(attribution(linear, image, "smoothgrad", 1).values, weights[..., 1], atol=1e-5)


def test_integrated_gradients_are_complete(model):
    few = attribution(model, IMAGE, "integrated_gradients", 1, settings={"steps": 4}).facts
    many = attribution(model, IMAGE, "integrated_gradients", 1, settings={"steps": 400}).facts
    net, pixels = ScoredNet(model), as_pixels(IMAGE)
    black, shown = net.scores(np.concatenate([np.zeros_like(pixels), pixels]))[:, 1]
    assert many["change_of_score"] == pytest.approx(shown - black, abs=1e-5)
    error = abs(many["sum"] - many["change_of_score"])
    assert error <= 0.01 * abs(many["change_of_score"])
    assert error <= abs(few["sum"] - few["change_of_score"])


def test_at_a_layer_that_everything_passes_integrated_gradients_are_complete_too(model):
    found = attribution(model, IMAGE, "integrated_gradients", 1, "second", {"steps": 400})
    assert found.values.shape == (5, 6, 8)
    assert found.map.shape == (5, 6)
    assert found.facts["sum"] == pytest.approx(found.facts["change_of_score"], rel=0.01)


def test_grad_cam_of_a_net_made_by_hand():
    net = Architecture(
        input_shape=(3, 3, 1),
        layers=(Conv(name="maps", filters=2, kernel=1, activation="linear"), GlobalAvgPool(), Dense(units=2)),
    )
    hand = build_model(net)
    maps, _, dense = hand.layers[-3:]
    maps.kernel.assign(np.array([2.0, -1.0]).reshape(1, 1, 1, 2))  # A_0 = 2 x, A_1 = -x
    maps.bias.assign([0.0, 1.0])
    dense.kernel.assign([[3.0, 0.0], [5.0, 1.0]])
    image = np.array([[0, 51, 102], [153, 204, 255], [0, 0, 255]], np.uint8)[..., None]
    x = image[..., 0] / 255
    # dS_0 / dA_k is w_k / 9 everywhere, so a_0 = 3 / 9 and a_1 = 5 / 9.
    assert np.allclose(attribution(hand, image, "grad_cam", 0).map, (3 * 2 * x + 5 * (1 - x)) / 9, atol=1e-6)
    assert np.allclose(attribution(hand, image, "grad_cam", 1).map, (1 - x) / 9, atol=1e-6)
    # Grad-CAM++: the slope g is the same everywhere, so the weight is 9 g / (2 + g sum(A)).
    g, sums = np.array([3, 5]) / 9, np.array([2 * x.sum(), (1 - x).sum()])
    weights = 9 * g / (2 + g * sums)
    expected = weights[0] * 2 * x + weights[1] * (1 - x)
    assert np.allclose(attribution(hand, image, "grad_cam_plus_plus", 0).map, expected, atol=1e-5)


def test_grad_cam_takes_the_last_layer_with_maps_unless_told(model):
    found = attribution(model, IMAGE, "grad_cam", 0)
    assert (found.layer, found.map.shape) == ("second", (5, 6))
    first = attribution(model, IMAGE, "grad_cam", 0, "first")
    assert (first.layer, first.map.shape) == ("first", (10, 13))


def test_occlusion_is_the_fall_of_the_score_under_each_patch():
    weights = np.zeros((6, 8, 1, 2), np.float32)
    weights[2, 3, 0, 1] = 7.0
    image = np.full((6, 8, 1), 255, np.uint8)
    settings = {"patch": 2, "stride": 2, "baseline": "black"}
    found = attribution(linear_net(weights), image, "occlusion", 1, settings=settings)
    expected = np.zeros((6, 8))
    expected[2:4, 2:4] = 7
    assert np.allclose(found.map, expected, atol=1e-5)
    assert found.facts == {"rows": 3, "columns": 4}
    sliding = attribution(linear_net(weights), image, "occlusion", 1, settings={**settings, "stride": 1}).map
    assert sliding[2, 3] == pytest.approx(7)
    assert sliding[1, 2] == pytest.approx(7 / 4)
    assert sliding[5, 7] == 0


def test_the_last_place_of_the_patch_reaches_the_border():
    weights = np.zeros((7, 7, 1, 2), np.float32)
    weights[6, 6, 0, 0] = 3.0
    settings = {"patch": 3, "stride": 3, "baseline": "black"}
    found = attribution(linear_net(weights), np.full((7, 7, 1), 255, np.uint8), "occlusion", 0, settings=settings)
    assert found.map[6, 6] == pytest.approx(3)
    assert found.facts["rows"] == 3


@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_signed_raw_and_of_the_size_of_what_it_is_about(method, model):
    found = attribution(model, IMAGE, method, settings=CHEAP.get(method))
    size = (5, 6) if METHODS[method].about == "maps" else (12, 15)
    assert found.map.shape == size
    assert found.map.dtype == np.float32
    assert np.isfinite(found.map).all()
    probabilities = predict_probabilities(model, IMAGE[None])[0]
    assert found.class_index == probabilities.argmax()
    assert found.probability == pytest.approx(probabilities.max(), abs=1e-5)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape", [(8, 8, 1), (5, 9, 3)])
def test_a_net_with_one_output_says_the_opposite_of_its_two_classes(method, shape):
    one = build_model(
        Architecture(input_shape=shape, layers=(Conv(filters=3), Flatten(), Dense(units=1, activation="sigmoid")))
    )
    image = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    first, second = (attribution(one, image, method, index, settings=CHEAP.get(method)) for index in (0, 1))
    assert first.score == pytest.approx(-second.score, abs=1e-6)
    assert first.probability + second.probability == pytest.approx(1, abs=1e-6)
    if method != "grad_cam_plus_plus":  # it counts positive slopes only
        assert np.allclose(first.map, -second.map, atol=1e-5)


@pytest.mark.parametrize(
    ("method", "settings", "count"),
    [
        ("saliency", {}, 1),
        ("grad_cam", {}, 1),
        ("smoothgrad", {"samples": 13}, 3),
        ("integrated_gradients", {"steps": 24}, 3),
        ("occlusion", {"patch": 4, "stride": 3}, 4),
    ],
)
@pytest.mark.parametrize("shuffled", [None, (2, 5)])
def test_parts_that_are_asked_for_one_by_one_give_the_whole_to_the_last_bit(model, method, settings, count, shuffled):
    asked = (model, IMAGE, method, 1, "", settings)
    found, shares = None, []
    while not isinstance(found, Attribution):
        found = attribution_part(*asked, found, shuffled)
        shares.append(1 if isinstance(found, Attribution) else found.share)
    assert shares == pytest.approx([(number + 1) / count for number in range(count)])
    if shuffled is None:
        whole = attribution(*asked)
        assert np.array_equal(found.values, whole.values)
        assert (found.map.tolist(), found.facts, found.score) == (whole.map.tolist(), whole.facts, whole.score)


def test_smoothgrad_is_the_mean_slope_of_copies_with_noise_drawn_in_one_row(model):
    drawn = np.random.default_rng(9).normal(0, 0.2, (7, *IMAGE.shape)).astype(np.float32)
    slopes = ScoredNet(model).slopes(as_pixels(IMAGE) + drawn, 2)[1]
    settings = {"samples": 7, "noise": 0.2, "seed": 9}
    found = attribution(model, IMAGE, "smoothgrad", 2, settings=settings).values
    assert np.allclose(found, slopes.mean(axis=0), atol=1e-5 * np.abs(slopes).max())


def test_a_net_without_maps_says_why_grad_cam_makes_no_sense():
    flat = build_model(Architecture(input_shape=(6, 6, 1), layers=(Flatten(), Dense(units=3, activation="softmax"))))
    image = np.zeros((6, 6, 1), np.uint8)
    with pytest.raises(InvalidInput, match="none after its image"):
        attribution(flat, image, "grad_cam")
    with pytest.raises(InvalidInput, match="expected a layer that gives maps"):
        attribution(flat, image, "grad_cam", layer="flatten_1")
    assert attribution(flat, image, "saliency").map.shape == (6, 6)


@pytest.mark.parametrize(
    ("arguments", "error", "match"),
    [
        ({"method": "nonsense"}, UnknownName, "method named"),
        ({"method": "saliency", "layer": "nowhere"}, UnknownName, "layer named"),
        ({"method": "saliency", "class_index": 4}, InvalidInput, "expected 0 to 3"),
        ({"method": "saliency", "settings": {"patch": 3}}, InvalidInput, "nothing to set"),
        ({"method": "occlusion", "settings": {"patch": 13}}, InvalidInput, "at most 12 pixels"),
        ({"method": "occlusion", "settings": {"stride": 13}}, InvalidInput, "step of the patch .* at most 12 pixels"),
        ({"method": "occlusion", "settings": {"patch": 2.5}}, InvalidInput, "a whole number from 1 to 64"),
        ({"method": "occlusion", "settings": {"steps": 2}}, UnknownName, "setting of Occlusion"),
        ({"method": "occlusion", "layer": "first"}, InvalidInput, "leave the layer out"),
        ({"method": "integrated_gradients", "settings": {"baseline": "pink"}}, InvalidInput, "black, grey"),
    ],
)
def test_what_cannot_be_asked_gets_a_sentence(model, arguments, error, match):
    with pytest.raises(error, match=match):
        attribution(model, IMAGE, **arguments)


def test_settings_that_are_not_given_have_their_default():
    assert method_settings("occlusion", {"patch": 3.0}) == {"patch": 3, "stride": 1, "baseline": "grey"}


@pytest.mark.parametrize(
    ("shape", "patch", "stride"), [((28, 28, 1), 5, 1), ((64, 90, 3), 8, 2), ((224, 224, 3), 28, 7), ((4, 9, 1), 4, 1)]
)
def test_a_patch_has_about_as_many_places_on_every_picture(shape, patch, stride):
    settings = {setting.name: setting.default for setting in methods_for(shape)["occlusion"].settings}
    assert settings == {"patch": patch, "stride": stride, "baseline": "grey"}
    assert methods_for(shape)["smoothgrad"] == METHODS["smoothgrad"]


def test_deletion_follows_the_order_of_the_map():
    weights = np.zeros((4, 4, 1, 2), np.float32)
    weights[..., 0, 1] = np.arange(16).reshape(4, 4)
    image = np.full((4, 4, 1), 255, np.uint8)
    linear = linear_net(weights)
    curve = deletion(linear, image, attribution(linear, image, "gradient_x_input", 1), baseline="black")
    gone = np.cumsum([0, *range(15, -1, -1)])  # the heaviest pixel first
    expected = [1 / (1 + np.exp(-(120.0 - gone[round(fraction * 16)]))) for fraction in curve.fractions]
    assert np.allclose(curve.probabilities, expected, atol=1e-5)
    assert curve.fractions[0] == 0
    assert curve.fractions[-1] == 1
    assert len(curve.random) == 5
    inner = curve.probabilities[1:-1]
    assert curve.area == pytest.approx((curve.probabilities[0] / 2 + sum(inner) + curve.probabilities[-1] / 2) / 20)


def test_a_map_in_the_wrong_order_fails_deletion():
    weights = np.zeros((8, 8, 1, 2), np.float32)
    weights[:4, :, 0, 1] = 0.2
    image, linear = np.full((8, 8, 1), 255, np.uint8), linear_net(weights)
    right = attribution(linear, image, "gradient_x_input", 1)
    good = deletion(linear, image, right, baseline="black")
    assert good.passes
    assert good.sentence().startswith("Takes away what matters first")
    wrong = type(right)(**{**vars(right), "map": -right.map})
    bad = deletion(linear, image, wrong, baseline="black")
    assert not bad.passes
    assert bad.sentence().startswith("Fails")


def test_where_the_probability_hardly_changes_deletion_tells_nothing_and_passes_nothing():
    weights = np.zeros((8, 8, 1, 2), np.float32)
    weights[:4, :, 0, 1] = 1e-4
    image, linear = np.full((8, 8, 1), 255, np.uint8), linear_net(weights)
    flat = deletion(linear, image, attribution(linear, image, "gradient_x_input", 1), baseline="black")
    assert flat.area < min(flat.random_areas)
    assert (flat.tells, flat.passes) == (False, False)
    assert flat.sentence().startswith("Tells nothing")


@pytest.mark.parametrize(("areas", "passes"), [((0.184, 0.191), True), ((0.188, 0.191), False)])
def test_deletion_passes_by_the_numbers_that_it_says(areas: tuple[float, float], passes: bool):
    """A curve of one value but for its two ends has about that value for its area."""
    own, other = ((1.0, *([(20 * area - 0.5) / 19] * 19), 0.0) for area in areas)
    found = Deletion.of_curves([own, *[other] * 5])
    assert found.area == pytest.approx(areas[0])
    assert found.passes is passes
    assert f"{areas[0]:.2f} of the probability" in found.sentence()
    assert f"{areas[1]:.2f} at best" in found.sentence()


def test_a_flat_map_passes_no_shuffle():
    weights = np.ones((5, 5, 1, 2), np.float32)
    black, linear = np.zeros((5, 5, 1), np.uint8), linear_net(weights)
    found = randomisation(linear, black, attribution(linear, black, "gradient_x_input", 1))
    assert (found.correlations[-1], found.tells, found.passes) == (0, False, False)
    assert found.sentence().startswith("Tells nothing")


def test_shuffled_weights_change_the_map_layer_by_layer_and_leave_the_net_alone(model):
    before = [variable.numpy() for variable in model.variables]
    changed = randomisation(model, IMAGE, attribution(model, IMAGE, "saliency", 1))
    weighted = [layer.name for layer in model.layers if layer.weights]
    assert list(changed.layers) == weighted[::-1]
    assert all(np.array_equal(one, variable.numpy()) for one, variable in zip(before, model.variables, strict=True))
    assert changed.passes
    assert changed.correlations[0] > changed.correlations[-1]


def test_shuffled_weights_are_the_same_in_whatever_order_they_are_asked_for(model):
    names = weighted_layers(model)
    in_order = [shuffled_weights(model, number, 3) for number in range(1, len(names) + 1)]
    trained = [variable.numpy() for variable in model.variables]
    for number in (2, 1, len(names)):
        again = shuffled_weights(model, number, 3)
        assert all(np.array_equal(one, other) for one, other in zip(again, in_order[number - 1], strict=True))
        assert all(np.array_equal(np.sort(a, None), np.sort(b, None)) for a, b in zip(again, trained, strict=True))
    kernel = next(place for place, variable in enumerate(model.variables) if variable is model.layers[-1].kernel)
    first = next(place for place, variable in enumerate(model.variables) if variable is model.get_layer("first").kernel)
    assert not np.array_equal(in_order[0][kernel], trained[kernel])
    assert np.array_equal(in_order[0][first], trained[first]), "the first layer comes last"


def test_a_map_that_only_shows_the_image_fails_the_shuffle():
    weights = np.ones((5, 5, 1, 2), np.float32)
    weights[..., 1] = 2
    image = np.arange(25, dtype=np.uint8).reshape(5, 5, 1) * 10
    linear = linear_net(weights)
    alike = randomisation(linear, image, attribution(linear, image, "gradient_x_input", 1))
    assert alike.correlations[-1] > 0.5
    assert not alike.passes
    assert alike.sentence().startswith("Fails")
