"""More .keras files that somebody made to do harm: which are refused, and which are read without what would do it."""

import base64
import io
import json
import marshal
import zipfile
from collections.abc import Callable
from typing import Any

import h5py
import numpy as np

from tests.models.foreign.attacks import CANARY, FLAT, dense, functional, keras_file, layer, node, sequential

MILLION = 10**6
METHODS = {"deflate": zipfile.ZIP_DEFLATED, "bzip2": zipfile.ZIP_BZIP2, "lzma": zipfile.ZIP_LZMA}


def code() -> dict[str, Any]:
    """A function as Keras writes a Lambda's: bytes that Python could run."""
    compiled = compile(f"open({CANARY!r}, 'w').close()", "x", "exec")
    packed = base64.b64encode(marshal.dumps(compiled)).decode()
    return {"class_name": "__lambda__", "config": {"code": packed, "defaults": None, "closure": None}}


def hostile(name: str = "x") -> list[dict[str, Any]]:
    """Objects that Keras' own loader would make, or refuse to."""
    command = f"touch {CANARY}"
    places = [
        ("os", "system", command),
        ("builtins", "function", "eval"),
        ("subprocess", "run", ["touch", CANARY]),
        ("keras.utils", "get_file", {"origin": "file:///etc/passwd", "fname": CANARY}),
        ("keras.src.utils.file_utils", "system", command),
        ("keras.src.saving.saving_lib", "load_model", {"filepath": "/etc/passwd"}),
        ("keras.layers", "TorchModuleWrapper", {"module": f"cos\nsystem\n(S'{command}'\ntR."}),
        ("keras.layers", "TFSMLayer", {"filepath": "/etc", "call_endpoint": "x"}),
        ("keras.layers", "Lambda", {"name": name, "function": code()}),
        ("cnnviz.models.files", "model_from_bytes", {}),
    ]
    found = [
        {"module": module, "class_name": kind, "config": config, "registered_name": kind}
        for module, kind, config in places
    ]
    return [*found, code()]


def changed(entry: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The same layer with other settings."""
    return {**entry, "config": {**entry["config"], **fields}}


def convolution(**fields: Any) -> dict[str, Any]:
    return layer("Conv2D", **{"name": "conv", "filters": 4, "kernel_size": [3, 3], "strides": [1, 1], **fields})


def _archive(method: int = zipfile.ZIP_DEFLATED, **entries: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(name.replace("_json", ".json"), data)
    return stream.getvalue()


def _broken_stream(method: int) -> bytes:
    data = bytearray(_archive(method, config_json=json.dumps({"layers": list(range(2000))}).encode()))
    data[60:200] = bytes(140)
    return bytes(data)


def _nested_code() -> dict[str, Any]:
    inner = sequential(layer("Lambda", name="code", function=code()))
    inner["config"]["name"] = "inner"
    return sequential(inner)


def _values(shape: tuple[int, ...]) -> Callable[[h5py.File], None]:
    """Weights that claim a shape, packed to nothing."""

    def fill(file: h5py.File) -> None:
        chunks = tuple(min(side, 1000) for side in shape)
        file.create_dataset("layers/dense/vars/0", shape, "f4", chunks=chunks, compression="gzip")
        file["layers/dense/vars/1"] = np.zeros(2, np.float32)

    return fill


def _words(file: h5py.File) -> None:
    file["layers/dense/vars/0"] = np.full((192, 2), "text", dtype=h5py.string_dtype())


def _complex(file: h5py.File) -> None:
    file["layers/dense/vars/0"] = np.zeros((192, 2), "c16")


def _slow() -> dict[str, Any]:
    """Two convolutions with few weights, for which one picture takes a minute."""
    wide = {"filters": 200, "kernel_size": [31, 31], "padding": "same", "use_bias": False}
    return sequential(
        convolution(name="one", **wide), layer("GlobalAveragePooling2D", name="mean"), shape=(None, 512, 512, 3)
    )


def _chain(class_name: str, times: int, **fields: Any) -> dict[str, Any]:
    return sequential(*[layer(class_name, name=f"layer_{number}", **fields) for number in range(times)])


def _relu(**fields: str) -> dict[str, Any]:
    return {"module": "builtins", "class_name": "function", "config": "relu", "registered_name": "function", **fields}


def _input(*shape: Any) -> dict[str, Any]:
    return sequential(FLAT, dense(2), shape=(None, *shape))


REFUSED: dict[str, Callable[[], bytes]] = {
    "a Lambda with code": lambda: keras_file(sequential(layer("Lambda", name="code", function=code()))),
    "a Lambda in a net in the net": lambda: keras_file(_nested_code()),
    **{
        f"a {each['class_name']} of {each.get('module')} as a layer": lambda each=each: keras_file(
            sequential({**each, "name": "x"})
        )
        for each in hostile()
    },
    **{
        f"a {each['class_name']} of {each.get('module')} as activation": lambda each=each: keras_file(
            sequential(layer("Activation", name="act", activation=each))
        )
        for each in hostile()
    },
    "relu of os": lambda: keras_file(sequential(layer("Activation", name="act", activation=_relu(module="os")))),
    "relu under another name": lambda: keras_file(
        sequential(layer("Activation", name="act", activation=_relu(registered_name="system")))
    ),
    "a zip of something": lambda: _archive(readme=b"hello"),
    "a description that is binary": lambda: _archive(config_json=b"\xff\xfe\xff"),
    "a description that breaks off": lambda: keras_file("{not json"),
    "a description without a net": lambda: keras_file("{}"),
    "a number as description": lambda: keras_file("3"),
    "a net without layers": lambda: keras_file(layer("Functional", "keras")),
    "a description packed to nothing": lambda: keras_file(" " * 200_000_000),
    **{
        f"a broken {name} stream": lambda method=method: _broken_stream(method)
        for name, method in {
            "deflate": zipfile.ZIP_DEFLATED,
            "bzip2": zipfile.ZIP_BZIP2,
            "lzma": zipfile.ZIP_LZMA,
        }.items()
    },
    "five numbers as a picture": lambda: keras_file(_input(5)),
    "pictures of thirteen channels": lambda: keras_file(_input(8, 6, 13)),
    "pictures of four axes": lambda: keras_file(_input(8, 6, 3, 3)),
    "weights of 10^12 values": lambda: keras_file(sequential(FLAT, dense(2)), _values((MILLION, MILLION))),
    "weights of 10^8 values": lambda: keras_file(sequential(FLAT, dense(2)), _values((10**8, 1))),
    "a large layer with few weights": lambda: keras_file(sequential(FLAT, dense(200_000)), _values((192, 2))),
    "words as weights": lambda: keras_file(sequential(FLAT, dense(2)), _words),
    "complex weights": lambda: keras_file(sequential(FLAT, dense(2)), _complex),
    "20 million filters": lambda: keras_file(sequential(convolution(filters=20 * MILLION))),
    "a kernel of 10^9 pixels": lambda: keras_file(sequential(convolution(kernel_size=[10**9, 10**9]))),
    "steps of 10^15": lambda: keras_file(sequential(convolution(strides=[10**15, 10**15]))),
    "too many multiply-adds": lambda: keras_file(_slow(), _kernel),
    "maps that grow 16 times, again and again": lambda: keras_file(_chain("UpSampling2D", 6, size=[16, 16])),
    "borders, again and again": lambda: keras_file(_chain("ZeroPadding2D", 300, padding=[[64, 64], [64, 64]])),
    "one border of 9,000": lambda: keras_file(_chain("ZeroPadding2D", 1, padding=[[9000, 9000], [9000, 9000]])),
    "a picture resized to 90 million rows": lambda: keras_file(_chain("Resizing", 1, height=90 * MILLION, width=1)),
    "pools of 400 x 400": lambda: keras_file(_chain("MaxPooling2D", 9, pool_size=[400, 400], strides=[1, 1])),
    "5,000 layers": lambda: keras_file(_chain("Flatten", 5000)),
}
"""Name -> content that is no net here."""


def _kernel(file: h5py.File) -> None:
    file["layers/conv2d/vars/0"] = np.zeros((31, 31, 3, 200), np.float32)


def _weights(file: h5py.File) -> None:
    file["layers/conv2d/vars/0"] = np.ones((3, 3, 3, 4), np.float32)
    file["layers/conv2d/vars/1"] = np.ones(4, np.float32)


def sound() -> bytes:
    """A net of one convolution that does no harm."""
    return keras_file(sequential(convolution()), _weights)


def _beside(**fields: Any) -> bytes:
    return keras_file(sequential(convolution(**fields)), _weights)


def _compiled(**settings: Any) -> bytes:
    return keras_file({**sequential(convolution()), "compile_config": settings}, _weights)


def _behind() -> bytes:
    image = node(layer("InputLayer", batch_shape=[None, 8, 8, 3]), "image")
    last = node(layer("Lambda", function=code()), "code", "conv")
    return keras_file(functional([image, node(convolution(), "conv", "image"), last], "code"), _weights)


THOUSANDS = {"module": "keras.metrics", "class_name": "AUC", "config": {"num_thresholds": 10**9}}
PLACES = (
    "kernel_initializer",
    "bias_initializer",
    "kernel_regularizer",
    "activity_regularizer",
    "kernel_constraint",
    "dtype",
)

READ: dict[str, Callable[[], bytes]] = {
    **{
        f"a {each['class_name']} of {each.get('module')} as {place}": lambda place=place, each=each: _beside(
            **{place: each}
        )
        for place, each in zip(PLACES * 2, hostile(), strict=False)
    },
    **{
        f"a {each['class_name']} of {each.get('module')} as optimizer": lambda each=each: _compiled(
            optimizer=each, loss=each, metrics=[each]
        )
        for each in hostile()
    },
    "a billion thresholds of a metric": lambda: _compiled(optimizer="adam", loss="mse", metrics=[THOUSANDS]),
    "code as build settings": lambda: keras_file(
        sequential({**convolution(), "build_config": code()["config"]}), _weights
    ),
    "code behind a layer": _behind,
    "metadata of an attacker": lambda: keras_file(
        sequential(convolution()), _weights, **{"metadata.json": json.dumps(hostile()).encode()}
    ),
}
"""Name -> content that is read as a net of one convolution: what else it names is never made."""
