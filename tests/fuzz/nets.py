"""Seeded .keras files: with code in them, of any size, with weights that are not those of the net, damaged."""

import base64
import io
import json
import marshal
import random
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np

from cnnviz.models.import_keras.classes import CLASSES, TRAINING_ONLY
from tests.fuzz.damage import damaged_bytes, damaged_json, varied_json

SIZES = ("units", "filters", "kernel_size", "pool_size", "size", "strides", "padding", "batch_shape", "dilation_rate")
HUGE = (0, -1, 3, 1000, 30_000, 10**5, 10**7, 10**9, 10**15)
PICKLED = b"cos\nsystem\n(S'touch %s'\ntR."


def keras_file(seed: int, canary: Path, secret: Path) -> bytes:
    """One file that claims to be a net; what it holds would make `canary`, or read `secret`."""
    dice = random.Random(seed)
    name = dice.choice(list(BASES))
    entries = dict(base(name))
    config = json.loads(entries["config.json"])
    match dice.randrange(10):
        case 0:
            _put_code_in(dice, config, canary, secret)
        case 1 | 2:
            _resize(dice, config)
        case 3:
            entries["model.weights.h5"] = _other_weights(dice, entries["model.weights.h5"])
        case 4 | 5:
            damaged_json(dice, config, changes=dice.choice([1, 1, 2, 5]))
        case _:
            varied_json(dice, config, changes=dice.choice([0, 1, 1, 3]))
    entries["config.json"] = json.dumps(config).encode()
    if dice.random() < 0.1:
        entries.pop(dice.choice(list(entries)))
    data = _packed(
        entries, dice.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
    )
    return damaged_bytes(dice, data) if dice.random() < 0.15 else data


def _sequential() -> keras.Model:
    layers = keras.layers
    net = [keras.Input((None, None, 3)), layers.Rescaling(1 / 255), layers.Conv2D(4, 3, activation="relu")]
    net += [layers.MaxPooling2D(), layers.SeparableConv2D(4, 3), layers.GlobalAveragePooling2D(), layers.Dropout(0.2)]
    model = keras.Sequential([*net, layers.Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", [keras.metrics.AUC(), "accuracy"])
    model.optimizer.build(model.trainable_variables)
    return model


def _flat() -> keras.Model:
    layers = keras.layers
    net = [keras.Input((12, 12, 1)), layers.UpSampling2D(2), layers.ZeroPadding2D(1), layers.Flatten()]
    return keras.Sequential([*net, layers.RepeatVector(3), layers.LSTM(4), layers.Dense(2)])


def _functional() -> keras.Model:
    layers = keras.layers
    inputs = keras.Input((3, 16, 14))
    first = layers.Conv2D(4, 3, padding="same", data_format="channels_first")(inputs)
    both = layers.Concatenate(axis=1)([first, keras.ops.relu(layers.Add()([first, first]) * 0.5)])
    scores = layers.Dense(2)(layers.LayerNormalization()(layers.Flatten()(both)))
    return keras.Model(inputs, layers.Softmax()(scores))


def _nested() -> keras.Model:
    layers = keras.layers
    inner = keras.Sequential(
        [keras.Input((None, None, 4)), layers.Conv2D(4, 3, padding="same"), layers.PReLU(shared_axes=[1, 2])]
    )
    inputs = keras.Input((12, 10, 4))
    values = inner(inner(inputs))
    values = layers.MultiHeadAttention(2, 3)(layers.Reshape((120, 4))(values), layers.Reshape((120, 4))(values))
    values = layers.TimeDistributed(layers.Dense(2))(values)
    return keras.Model(inputs, layers.Dense(3)(layers.GlobalMaxPooling1D()(values)))


def _row() -> keras.Model:
    return keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10)])


BASES = {"sequential": _sequential, "flat": _flat, "functional": _functional, "nested": _nested, "row": _row}


@cache
def base(name: str) -> dict[str, bytes]:
    """The files in a sound .keras file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.keras"
        BASES[name]().save(path)
        with zipfile.ZipFile(path) as archive:
            return {entry: archive.read(entry) for entry in archive.namelist()}


def _packed(entries: dict[str, bytes], method: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _objects(config: Any) -> list[dict[str, Any]]:
    found, waiting = [], [config]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            found += [node] if "class_name" in node else []
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return found


def _put_code_in(dice: random.Random, config: Any, canary: Path, secret: Path) -> None:
    node = dice.choice(_objects(config))
    call = compile(f"open({str(canary)!r}, 'w').close()", "x", "exec")
    code = base64.b64encode(marshal.dumps(call)).decode()
    function = {"class_name": "__lambda__", "config": {"code": code, "defaults": None, "closure": None}}
    settings = {
        "name": "x",
        "function": function,
        "filepath": str(secret),
        "vocabulary": str(secret),
        "call_endpoint": "x",
    }
    module, class_name, settings = dice.choice(
        [
            ("keras.layers", "Lambda", settings),
            ("keras.layers", "TFSMLayer", settings),
            ("keras.layers", "StringLookup", settings),
            ("keras.layers", "TextVectorization", settings),
            ("os", "system", f"touch {canary}"),
            ("builtins", "function", dice.choice(["eval", "exec", "open", "system"])),
            ("subprocess", "run", ["touch", str(canary)]),
            ("keras.utils", "get_file", {"origin": f"file://{secret}", "fname": str(canary)}),
            ("keras.src.saving.saving_lib", "load_model", {"filepath": str(secret)}),
            ("keras.layers", "TorchModuleWrapper", {"module": (PICKLED % str(canary).encode()).decode("latin-1")}),
        ]
    )
    node |= {
        "module": module,
        "class_name": class_name,
        "config": settings,
        "registered_name": dice.choice([None, class_name]),
    }


def _resize(dice: random.Random, config: Any) -> None:
    """Another size for a layer, another layer with the same settings, or a layer called more often."""
    for _ in range(dice.choice([1, 1, 3])):
        node = dice.choice([each for each in _objects(config) if isinstance(each.get("config"), dict)])
        sizes = [key for key in node["config"] if key in SIZES or isinstance(node["config"][key], int)]
        match dice.randrange(4):
            case 0:
                node["class_name"] = dice.choice(sorted({*CLASSES, *TRAINING_ONLY}))
            case 1 if isinstance(config["config"].get("layers"), list):
                layers = config["config"]["layers"]
                layers[2:2] = [layers[2]] * dice.choice([1, 30, 5000])
            case _ if sizes:
                key, huge = dice.choice(sizes), dice.choice(HUGE)
                old = node["config"][key]
                node["config"][key] = (
                    [huge if dice.random() < 0.7 else side for side in old] if isinstance(old, list) else huge
                )


def _other_weights(dice: random.Random, data: bytes) -> bytes:
    """Damaged, of another net, far more than they should be, or lying elsewhere."""
    kind = dice.randrange(5)
    if kind == 0:
        return base(dice.choice(list(BASES)))["model.weights.h5"]
    if kind == 1:
        return damaged_bytes(dice, data)
    buffer = io.BytesIO(data)
    with h5py.File(buffer, "a") as file:
        found: list[str] = []
        file.visititems(lambda name, item: found.append(name) if isinstance(item, h5py.Dataset) else None)
        name = dice.choice(found)
        if kind == 2:
            del file[name]
            file.create_dataset(
                name, shape=(dice.choice([10, 10**7, 10**10]),), chunks=(10**6,), maxshape=(None,), compression="gzip"
            )
        elif kind == 3:
            del file[name]
            file[name] = dice.choice(
                [h5py.ExternalLink("/etc/passwd", "/x"), h5py.SoftLink("/"), h5py.SoftLink(f"/{name}")]
            )
        else:
            del file[name]
            file[name] = dice.choice(
                [np.zeros(0), np.array(["text"], dtype=h5py.string_dtype()), np.zeros((2, 2), "c16")]
            )
    return buffer.getvalue()
