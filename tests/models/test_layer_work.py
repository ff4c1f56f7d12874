"""Layers that do more than their weights say are reckoned, so that no small file costs minutes."""

import json

import keras
import pytest

from cnnviz.errors import InvalidModel
from cnnviz.models import cost
from cnnviz.models.cost import reckon
from cnnviz.models.files import model_from_bytes
from cnnviz.models.layer_work import work
from tests.models.test_cost import changed, classifier, sequential, setting
from tests.models.test_files import saved

layers = keras.layers
ops = keras.ops


def functional(make, shape=(12, 10, 3)) -> keras.Model:
    inputs = keras.Input(shape)
    return keras.Model(inputs, layers.Dense(2)(layers.Flatten()(make(inputs))))


def rows(values):
    return layers.Reshape((120, 3))(values)


def attending(values):
    return layers.GlobalMaxPooling1D()(layers.Attention()([rows(values), rows(values)]))


def grouped(values):
    return layers.GlobalMaxPooling1D()(layers.GroupQueryAttention(5, 4, 2)(rows(values), rows(values)))


PICTURES = 12 * 10 * 3


@pytest.mark.parametrize(
    ("model", "least"),
    [
        (classifier(layers.MaxPooling2D(7, strides=1, padding="same")), PICTURES * 49),
        (classifier(layers.AveragePooling2D((3, 7), strides=1, padding="same")), PICTURES * 21),
        (functional(lambda x: layers.MaxPooling1D(50, strides=1, padding="same")(rows(x))), PICTURES * 50),
        (functional(lambda x: layers.AveragePooling3D(4, 1, "same")(layers.Reshape((12, 10, 3, 1))(x))), PICTURES * 64),
        (functional(lambda x: ops.max_pool(x, 7, strides=1, padding="same")), PICTURES * 49),
        (functional(lambda x: layers.TimeDistributed(layers.MaxPooling1D(7, 1, "same"))(x)), PICTURES * 7),
        (functional(lambda x: layers.AdaptiveMaxPooling2D((2, 2))(x)), PICTURES),
        (functional(lambda x: layers.Dot(axes=2)([rows(x), rows(x)])), 120 * 120 * 3),
        (functional(lambda x: ops.matmul(rows(x), ops.transpose(rows(x), (0, 2, 1)))), 120 * 120 * 3),
        (functional(attending), 120 * 120 * 6),
        (functional(grouped), 120 * 120 * 4 * 5 * 2),
        (functional(lambda x: layers.LSTM(3)(rows(x))), 120 * 84),
        (functional(lambda x: layers.EinsumDense("abcd,ce->ae", 4)(x)), PICTURES * 4),
        (functional(lambda x: layers.TimeDistributed(sequential(layers.Conv1D(4, 3, padding="same"),
            layers.GlobalMaxPooling1D(), shape=(10, 3)))(x)), 12 * 10 * 40),
        (classifier(layers.UpSampling2D(2, interpolation="bilinear")), PICTURES * 4 * 4),
        (classifier(layers.Resizing(6, 5, antialias=True)), PICTURES * 4),
        (classifier(layers.RandomGaussianBlur(kernel_size=9)), PICTURES * 81),
        (classifier(layers.RandAugment(num_ops=8)), PICTURES * 80),
        (classifier(layers.AugMix(num_chains=8, chain_depth=8)), PICTURES * 640),
        (classifier(layers.Pipeline([layers.Rescaling(2), layers.MaxPooling2D(7, 1, "same")])), PICTURES * 49),
        (classifier(layers.SpectralNormalization(layers.Dense(3), power_iterations=10**5)), 10**10),
    ],
    ids=[
        "max", "average", "1d", "3d", "op", "distributed", "adaptive", "dot", "matmul", "attention", "grouped", "lstm",
        "einsum", "net-in-steps", "up", "resizing", "blur", "randaugment", "augmix", "pipeline", "power",
    ],
)  # fmt: skip
def test_work_without_weights_counts(model: keras.Model, least: int, monkeypatch: pytest.MonkeyPatch) -> None:
    config = json.loads(model.to_json())
    assert reckon(config)
    monkeypatch.setattr(cost, "MAX_MACS", least - 1)
    with pytest.raises(InvalidModel, match="multiply-adds for one picture"):
        reckon(config)


def test_a_small_file_that_pools_for_minutes_is_refused() -> None:
    pools = layers.MaxPooling2D(400, 1, "same"), layers.AveragePooling2D(399, 1, "same")
    with pytest.raises(InvalidModel, match=r"at most 100,000,000,000 multiply-adds for one picture"):
        model_from_bytes(saved(classifier(*pools, shape=(1000, 1000, 3))))


def test_the_rows_that_an_encoding_adds_up_are_maps() -> None:
    model = sequential(layers.Flatten(), layers.CategoryEncoding(9, output_mode="multi_hot"), layers.Dense(2))
    with pytest.raises(InvalidModel, match="maps of one picture"):
        model_from_bytes(changed(model, setting(2, "num_tokens", 500_000)))


def test_places_are_counted_whichever_axis_the_planes_are_on() -> None:
    def macs(order: str, shape: tuple[int, ...]) -> int:
        convolution = layers.Conv2D(1, 3, data_format=order, padding="same")
        values = keras.KerasTensor((1, *shape))
        convolution.build(values.shape)
        return work(convolution, (values,), convolution.compute_output_shape(values.shape)).macs

    assert macs("channels_first", (3, 12, 10)) == macs("channels_last", (12, 10, 3)) == 28 * 120


def test_attention_to_many_more_places_than_ask_counts_them() -> None:
    values = keras.KerasTensor((1, 10_000, 3))
    done = work(layers.Attention(), ([keras.KerasTensor((1, 5, 3)), values], {}), (1, 5, 3))
    assert (done.macs, done.hidden) == (50_000 * 6, 50_000)


def test_the_bins_of_an_equalization_count() -> None:
    done = work(layers.Equalization(bins=10**9), (keras.KerasTensor((1, 5, 4, 3)),), (1, 5, 4, 3))
    assert done.macs >= done.hidden == 10**9
