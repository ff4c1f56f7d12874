"""What came later into a spec leaves older nets, their JSON and their links as they were."""

import hashlib
import json

import pytest

from cnnviz.architecture.editing import edit
from cnnviz.architecture.editing.adapt import adapt
from cnnviz.architecture.export import url
from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.architecture.spec import (
    ActivationLayer,
    Architecture,
    BatchNorm,
    Branches,
    Clip,
    Conv,
    Dense,
    GlobalAvgPool,
    InputScaling,
    Reshape,
    Scaling,
)
from cnnviz.errors import InvalidArchitecture

OLD = (
    '{"name":"my-net","input_shape":[28,28,1],"layers":[{"kind":"conv","name":null,"l1":0.0,"l2":0.0,"filters":3,'
    '"kernel":3,"stride":1,"padding":"valid","dilation":1,"activation":"linear"},{"kind":"batch_norm","name":null},'
    '{"kind":"branches","name":null,"branches":[[{"kind":"layer_norm","name":null}],[]]},'
    '{"kind":"activation","name":null,"function":"leaky_relu"},{"kind":"global_avg_pool","name":null},'
    '{"kind":"dense","name":null,"l1":0.0,"l2":0.0,"units":3,"activation":"softmax"}]}'
)
LINK = "e032523b0109b97cde383df4a11b0ac7031f029f7e94e3ff2a03022494233483"


def test_the_json_of_an_older_net_is_read_and_written_as_it_was():
    net = Architecture.from_json(OLD)
    assert net.to_json() == OLD
    assert net.layers[0].bias
    assert net.layers[1].epsilon == 1e-3
    assert net.layers[2].merge == "concat"
    assert net.scaling == InputScaling(scale=1 / 255, shift=0.0, order="rgb")


def test_the_json_and_the_links_of_all_presets_are_those_of_before():
    nets = [PRESETS[name].architecture for name in sorted(PRESETS)]
    text = "".join(net.to_json() for net in nets) + "".join(net.model_dump_json(exclude_defaults=True) for net in nets)
    assert hashlib.sha256(text.encode()).hexdigest() == LINK


NEW = Architecture(
    input_shape=(8, 9, 3),
    scaling=InputScaling(scale=(0.1, 0.2, 0.3), shift=-1.0, order="bgr"),
    layers=(
        Conv(filters=3, bias=False, padding="same"),
        BatchNorm(epsilon=1e-5),
        Branches(branches=((GlobalAvgPool(keep_sides=True),), ()), merge="multiply"),
        ActivationLayer(function="elu", slope=0.5),
        Scaling(scale=(1.0, 2.0, 3.0)),
        Clip(low=-1.0, high=1.0),
        GlobalAvgPool(),
        Reshape(shape=(3,)),
        Dense(units=2, activation="hard_silu"),
    ),
)


def test_new_settings_survive_json_links_edits_and_other_classes():
    assert Architecture.from_json(NEW.to_json()) == NEW
    assert url.decode(url.encode(NEW)) == NEW
    assert Architecture.from_fields(json.loads(NEW.to_json())) == NEW
    edited = edit.with_settings(NEW, (0,), filters=3)
    assert edited == NEW
    assert adapt(NEW, (8, 9, 3), 2) == NEW


def test_a_scaling_of_three_channels_is_given_up_for_grey_images():
    assert edit.with_input(NEW, (8, 9, 1)).scaling == InputScaling()
    assert edit.with_input(NEW, (18, 9, 3)).scaling == NEW.scaling


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"scaling": {"scale": [1, 2]}}, "scale of the input's scaling must be one number or 1"),
        ({"scaling": {"order": "bgr"}}, "only colour images have an order of channels"),
        ({"scaling": {"shift": float("nan")}}, "finite number"),
        ({"layers": [{"kind": "clip", "low": 2, "high": 1}]}, "low must not be above high"),
        ({"layers": [{"kind": "reshape", "shape": [2, 2]}]}, "shape must be one number or three"),
        (
            {"layers": [{"kind": "activation", "function": "relu", "slope": 0.1}]},
            "only leaky_relu and elu have a slope",
        ),
        ({"layers": [{"kind": "zero_padding", "top": 65}]}, "it must be 64 or less"),
        ({"layers": [{"kind": "conv", "filters": 2, "activation": "gelu_tanh"}]}, "activation"),
    ],
)
def test_settings_that_make_no_sense_are_refused(fields: dict, words: str):
    with pytest.raises(InvalidArchitecture, match=r"This is no net: .*Received: ") as refused:
        Architecture.from_fields({"input_shape": (8, 9, 1), "layers": [{"kind": "flatten"}], **fields})
    assert words in str(refused.value)
