"""What is saved of a run opens in a Keras that knows nothing of this product, whatever the run was trained with."""

import json
from itertools import product
from typing import Any, get_args

import keras
import numpy as np
import pytest

from cnnviz.architecture.spec import Activation, ActivationLayer, Architecture, Conv, Dense, Flatten
from cnnviz.architecture.spec.input_scaling import InputScaling
from cnnviz.models.browser_export import model_from_net, net_file
from cnnviz.models.build import build_model
from cnnviz.models.export_onnx import onnx_file
from cnnviz.models.files import weights_h5, without_optimizer
from cnnviz.models.foreign.scalings import SCALINGS
from cnnviz.models.read_model import read_model
from cnnviz.training.config import Augmentation, Loss, Optimizer, TrainingConfig
from cnnviz.training.loop.compiled_model import make_model
from tests.helpers import run_python
from tests.js.nn.nets import ARITHMETIC

ALL_CHANGES = Augmentation(flip=True, rotation=5, zoom=0.1, shear=0.1, shift=0.1, brightness=0.1, noise=0.1)
BGR = InputScaling(scale=1.0, shift=(-1.0, -2.0, -3.0), order="bgr")
PROGRAM = """
import json, sys
from pathlib import Path
import keras, numpy as np

rows = {}
for path in sorted(Path(sys.argv[1]).glob("*.keras")):
    model = keras.saving.load_model(path)
    pixels = np.random.default_rng(0).integers(0, 256, (2, *model.input_shape[1:])).astype("float32")
    answer = model.predict(pixels, verbose=0)
    before = [values.copy() for values in model.get_weights()]
    model.set_weights([np.zeros_like(values) for values in before])
    model.load_weights(path.with_suffix(".weights.h5"))
    same = all(np.array_equal(one, other) for one, other in zip(before, model.get_weights(), strict=True))
    rows[path.stem] = [answer.tolist(), model.compiled, getattr(model, "optimizer", None) is None, same]
rows["modules"] = [name for name in sys.modules if name.startswith("cnnviz")]
print(json.dumps(rows))
"""


def net(*first: Any, units: int = 3, activation: str = "softmax", **fields: Any) -> Architecture:
    last = (Flatten(), Dense(units=units, activation=activation))
    return Architecture(input_shape=(9, 8, 3), layers=(*first, *last), **fields)


def models() -> dict[str, keras.Model]:
    """A model for each setting of a training, each function, each kind of layer and each scaling."""
    small = Conv(filters=2, kernel=3)
    trained = {
        f"{loss} {optimizer}": (net(small), {"loss": loss, "optimizer": optimizer})
        for loss, optimizer in product(get_args(Loss), get_args(Optimizer))
    }
    trained |= {
        f"{loss} one output": (net(small, units=1, activation="sigmoid"), {"loss": loss}) for loss in get_args(Loss)
    }
    trained |= {f"{loss} sigmoids": (net(small, activation="sigmoid"), {"loss": loss}) for loss in get_args(Loss)}
    trained["augmented"] = (net(small), {"augment": ALL_CHANGES})
    trained["mixed precision"] = (net(small), {"mixed_precision": True, "schedule": "cosine"})
    made = {
        name: make_model(architecture, TrainingConfig(**fields), max(architecture.layers[-1].units, 2))
        for name, (architecture, fields) in trained.items()
    }
    functions = [ActivationLayer(function=name) for name in (*get_args(Activation), "gelu_tanh")]
    made |= {f"function {layer.function}": build_model(net(small, layer)) for layer in functions}
    made["bgr"] = build_model(net(small, scaling=BGR))
    made["arithmetic"] = build_model(ARITHMETIC)
    return made


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("saved")
    rows = {}
    for name, model in models().items():
        path = folder / f"{name}.keras"
        path.write_bytes(without_optimizer(model))
        path.with_suffix(".weights.h5").write_bytes(weights_h5(model))
        pixels = np.random.default_rng(0).integers(0, 256, (2, *model.input_shape[1:])).astype("float32")
        rows[name] = model.predict(pixels, verbose=0)
    return json.loads(run_python(PROGRAM, str(folder))) | {"folder": folder, "expected": rows}


def test_every_net_opens_in_plain_keras_and_answers_alike(opened: dict[str, Any]) -> None:
    assert opened["modules"] == []
    for name, expected in opened["expected"].items():
        answer, *_ = opened[name]
        np.testing.assert_allclose(answer, expected, rtol=1e-4, atol=1e-6, err_msg=name)


def test_none_brings_an_optimizer_along(opened: dict[str, Any]) -> None:
    assert [name for name in opened["expected"] if opened[name][1] or not opened[name][2]] == []


def test_the_weights_alone_fit_the_net(opened: dict[str, Any]) -> None:
    assert [name for name in opened["expected"] if not opened[name][3]] == []


def test_every_net_comes_back_here(opened: dict[str, Any]) -> None:
    for name, expected in opened["expected"].items():
        found = read_model((opened["folder"] / f"{name}.keras").read_bytes())
        assert found.followed_to is None, name
        model = model_from_net(found.architecture, found.net)
        pixels = np.random.default_rng(0).integers(0, 256, (2, *model.input_shape[1:])).astype("float32")
        np.testing.assert_allclose(model.predict(pixels, verbose=0), expected, rtol=1e-4, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("name", ["bgr", "arithmetic"])
def test_a_net_for_blue_first_comes_back_from_onnx(name: str) -> None:
    architecture = {"bgr": net(Conv(filters=2, kernel=3), scaling=BGR), "arithmetic": ARITHMETIC}[name]
    model = build_model(architecture)
    found = read_model(onnx_file(architecture, net_file(model, architecture, ())))
    assert found.followed_to is None
    assert found.architecture.scaling == SCALINGS["0..255"]  # what the net wants of its pixels are layers of the file
    pixels = np.random.default_rng(0).integers(0, 256, (2, *model.input_shape[1:])).astype("float32")
    again = model_from_net(found.architecture, found.net)
    np.testing.assert_allclose(again(pixels), model(pixels), rtol=1e-4, atol=1e-5)
