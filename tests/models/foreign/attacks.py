"""Files that somebody made to run code, to read other files, or to take all memory; name -> content."""

import io
import json
import pickle
import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from onnx import TensorProto, helper

CANARY = "cnnviz_canary"


def keras_file(config: Any, weights: Callable[[h5py.File], Any] = lambda _: None, **more: bytes) -> bytes:
    """A .keras file with any description and any weights."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", config if isinstance(config, str) else json.dumps(config))
        archive.writestr("model.weights.h5", hdf5(weights))
        for name, data in more.items():
            archive.writestr(name, data)
    return stream.getvalue()


def hdf5(fill: Callable[[h5py.File], Any]) -> bytes:
    """An HDF5 file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.h5"
        with h5py.File(path, "w") as file:
            fill(file)
        return path.read_bytes()


def layer(class_name: str, module: str = "keras.layers", **fields: Any) -> dict[str, Any]:
    """A layer as a .keras file describes it."""
    return {"module": module, "class_name": class_name, "registered_name": None, "config": fields}


def sequential(*layers: dict[str, Any], shape: Any = (None, 8, 8, 3)) -> dict[str, Any]:
    """A Sequential as a .keras file describes it."""
    first = layer("InputLayer", batch_shape=list(shape), name="image")
    return layer("Sequential", "keras", name="net", layers=[first, *layers])


def dense(units: int, name: str = "dense") -> dict[str, Any]:
    return layer("Dense", name=name, units=units, activation="linear", use_bias=True)


def functional(layers: list[dict[str, Any]], output: str) -> dict[str, Any]:
    ends = {"input_layers": [["image", 0, 0]], "output_layers": [[output, 0, 0]]}
    return layer("Functional", "keras.src.models.functional", name="net", layers=layers, **ends)


def node(entry: dict[str, Any], name: str, *inputs: str) -> dict[str, Any]:
    """A layer of a functional net with what it takes."""
    tensors = [
        {"class_name": "__keras_tensor__", "config": {"shape": [None], "keras_history": [each, 0, 0]}}
        for each in inputs
    ]
    entry["config"]["name"] = name
    return {**entry, "name": name, "inbound_nodes": [{"args": [tensors], "kwargs": {}}] if inputs else []}


def onnx_file(nodes: list[Any], *, numbers: list[Any] | None = None, shape: Any = ("n", 3, 8, 8)) -> bytes:
    """An ONNX file."""
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, list(shape))
    answer = helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "net", [image], [answer], numbers or [])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]).SerializeToString()


class _Code:
    def __reduce__(self) -> tuple[Any, ...]:
        import os

        return os.system, (f"touch {CANARY}",)


IMAGE = layer("InputLayer", batch_shape=[None, 8, 8, 3])
FLAT = layer("Flatten", name="flat")
LAMBDA = layer(
    "Lambda", name="code", function={"class_name": "__lambda__", "config": {"code": "4wEAAAAA"}}, arguments={}
)


def _nested(depth: int) -> dict[str, Any]:
    inner = dense(2)
    for number in range(depth):
        inner = sequential(inner)
        inner["config"]["name"] = f"net_{number}"
    return inner


def _doubling(depth: int) -> dict[str, Any]:
    """Nets that call the net inside them twice: 2^depth layers."""
    inner = functional(
        [node({**IMAGE, "config": dict(IMAGE["config"])}, "image"), node(dict(FLAT), "last", "image")], "last"
    )
    for _ in range(depth):
        twice = [
            node({**IMAGE, "config": dict(IMAGE["config"])}, "image"),
            node({**inner, "config": dict(inner["config"])}, "one", "image"),
        ]
        twice[1]["inbound_nodes"] = twice[1]["inbound_nodes"] * 2
        inner = functional(twice, "one")
    return inner


def _cycle() -> dict[str, Any]:
    add = lambda: layer("Add")  # noqa: E731
    return functional([node({**IMAGE}, "image"), node(add(), "a", "image", "b"), node(add(), "b", "image", "a")], "b")


def _zip_bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", json.dumps(sequential(FLAT, dense(2))))
        archive.writestr("model.weights.h5", bytes(200_000_000))
    return stream.getvalue()


def _packed_zeros(file: h5py.File) -> None:
    file.create_dataset(
        "layers/dense/vars/0", (192, 500_000), "f4", chunks=(192, 5000), compression="gzip", fillvalue=0
    )[:, :5000] = 0


def _external(file: h5py.File) -> None:
    file.create_dataset("layers/dense/vars/0", (4,), "u1", external=[("/etc/passwd", 0, 4)])


def _virtual(file: h5py.File) -> None:
    layout = h5py.VirtualLayout(shape=(4,), dtype="f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", shape=(4,))
    file.create_virtual_dataset("layers/dense/vars/0", layout)


def _attribute(text: Any) -> Callable[[h5py.File], None]:
    return lambda file: file.attrs.__setitem__("model_config", text)


def _links(file: h5py.File) -> None:
    file.create_group("layers/dense/vars")
    file["layers/dense/vars/0"] = h5py.ExternalLink("/etc/passwd", "/x")


def _loops(file: h5py.File) -> None:
    inner = file.create_group("layers/dense/vars")
    inner["again"] = file["layers"]
    file["layers/soft"] = h5py.SoftLink("/layers/dense")


def _tensor(name: str, dims: list[int], raw: bytes = b"", **more: Any) -> Any:
    return TensorProto(name=name, data_type=TensorProto.FLOAT, dims=dims, raw_data=raw, **more)


def _outside() -> Any:
    tensor = _tensor("w", [10, 192], data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value="../../../../etc/passwd")
    return tensor


def _many_concats() -> bytes:
    names = ["seed"]
    nodes = [helper.make_node("Constant", [], ["seed"], value=_tensor("v", [1000], bytes(4000)))]
    for number in range(25):
        names.append(f"c{number}")
        nodes.append(helper.make_node("Concat", [names[-2]] * 8, [names[-1]], axis=0))
    nodes.append(helper.make_node("Add", ["image", names[-1]], ["answer"]))
    return onnx_file(nodes)


def _huge_constant() -> bytes:
    shape = np.asarray([100_000, 100_000, 100], np.int64).tobytes()
    sides = TensorProto(name="v", data_type=TensorProto.INT64, dims=[3], raw_data=shape)
    return onnx_file(
        [
            helper.make_node("Constant", [], ["sides"], value=sides),
            helper.make_node("ConstantOfShape", ["sides"], ["many"]),
            helper.make_node("Add", ["image", "many"], ["answer"]),
        ]
    )


def _deep_onnx() -> bytes:
    """Messages in messages: an attribute that holds a graph with a node with an attribute ..."""
    inner = b""
    for _ in range(5000):
        attribute = _field(6, inner)
        inner = _field(1, _field(5, attribute))
        if len(inner) > 30_000_000:
            break
    return _field(7, inner)


def _field(number: int, data: bytes) -> bytes:
    size, length = len(data), b""
    while size > 127:
        length += bytes([size & 127 | 128])
        size >>= 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + data


GEMM = [helper.make_node("Flatten", ["image"], ["flat"]), helper.make_node("Gemm", ["flat", "w"], ["answer"], transB=1)]
LONG = "x" * 5_000_000

ATTACKS: dict[str, Callable[[], bytes]] = {
    "a pickle": lambda: pickle.dumps(_Code()),
    "a Lambda first": lambda: keras_file(sequential(LAMBDA)),
    "a function of os as activation": lambda: keras_file(
        sequential(
            layer("Activation", name="run", activation={"module": "os", "class_name": "function", "config": "system"})
        )
    ),
    "a class of os": lambda: keras_file(sequential(layer("system", "os", command=f"touch {CANARY}", name="run"))),
    "a registered class": lambda: keras_file(
        sequential({**layer("Dense", "evil", units=3), "registered_name": "evil>Dense"})
    ),
    "a path in a setting": lambda: keras_file(sequential(layer("StringLookup", vocabulary="/etc/passwd", name="look"))),
    "a way out of the zip": lambda: keras_file("{}", **{f"../../{CANARY}": b"x"}),
    "an external link": lambda: keras_file(sequential(FLAT, dense(2)), _links),
    "links in a circle": lambda: keras_file(sequential(FLAT, dense(2)), _loops),
    "an external data set": lambda: keras_file(sequential(FLAT, dense(2)), _external),
    "a virtual data set": lambda: keras_file(sequential(FLAT, dense(2)), _virtual),
    "zeros packed in a zip": _zip_bomb,
    "zeros packed in HDF5": lambda: keras_file(sequential(FLAT, dense(500_000)), _packed_zeros),
    "ten million units": lambda: keras_file(sequential(FLAT, dense(10_000_000))),
    "2^60 units": lambda: keras_file(sequential(FLAT, dense(2**60))),
    "a picture of ten million pixels": lambda: keras_file(sequential(FLAT, dense(2), shape=(None, 10_000_000, 1, 3))),
    "negative sides": lambda: keras_file(sequential(FLAT, dense(2), shape=(None, -8, 8, 3))),
    "layers in a circle": lambda: keras_file(_cycle()),
    "nets in nets": lambda: keras_file(_nested(40)),
    "nets that double": lambda: keras_file(_doubling(20)),
    "a name of megabytes": lambda: keras_file(sequential(layer("Flatten", name=LONG))),
    "a class name of megabytes": lambda: keras_file(sequential(layer(LONG, name="long"))),
    "a description of megabytes": lambda: keras_file(
        sequential(*[layer("Flatten", name=f"{i}" * 50) for i in range(90_000)])
    ),
    "lists in lists": lambda: keras_file("[" * 200_000),
    "a number of megabytes": lambda: keras_file('{"config": ' + "9" * 5_000_000 + "}"),
    "no net": lambda: keras_file([1, 2, 3]),
    "an attribute of numbers": lambda: hdf5(_attribute(np.zeros(10))),
    "a Lambda in .h5": lambda: hdf5(_attribute(json.dumps(sequential(LAMBDA)))),
    "lists in lists in .h5": lambda: hdf5(_attribute("[" * 30_000)),
    "half an HDF5 file": lambda: hdf5(_attribute(json.dumps(sequential(FLAT, dense(2)))))[:900],
    "external data in ONNX": lambda: onnx_file(GEMM, numbers=[_outside()]),
    "external data in a constant": lambda: onnx_file(
        [helper.make_node("Constant", [], ["w"], value=_outside()), *GEMM]
    ),
    "a shape without its numbers": lambda: onnx_file(GEMM, numbers=[_tensor("w", [10, 192])]),
    "a shape of 10^15 numbers": lambda: onnx_file(GEMM, numbers=[_tensor("w", [10**9, 10**6])]),
    "a negative shape": lambda: onnx_file(GEMM, numbers=[_tensor("w", [-10, -192], bytes(7680))]),
    "concats that grow": _many_concats,
    "a constant of 10^12 numbers": _huge_constant,
    "steps in a circle": lambda: onnx_file(
        [helper.make_node("Add", ["image", "b"], ["a"]), helper.make_node("Add", ["image", "a"], ["b"])]
    ),
    "a step of another domain": lambda: onnx_file(
        [helper.make_node("PyOp", ["image"], ["a"], domain="ai.onnx.contrib")]
    ),
    "a picture of 10^12 pixels in ONNX": lambda: onnx_file(GEMM[:1], shape=("n", 3, 10**6, 10**6)),
    "names of megabytes in ONNX": lambda: onnx_file([helper.make_node("Relu", ["image"], [LONG])]),
    "messages in messages": _deep_onnx,
    "100,000 steps": lambda: onnx_file(
        [helper.make_node("Relu", [f"t{i}" if i else "image"], [f"t{i + 1}"]) for i in range(100_000)]
    ),
    "random bytes": lambda: np.random.default_rng(0).bytes(100_000),
    "nothing": lambda: b"",
    "the head of a zip": lambda: b"PK\x03\x04" + bytes(100),
    "the length of a message only": lambda: struct.pack("<BI", 0x3A, 0xFFFFFFFF),
}
