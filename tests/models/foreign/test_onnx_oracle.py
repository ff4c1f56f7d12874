"""Nets in ONNX files, as PyTorch and tf2onnx write them: every layer gives what onnxruntime gives."""

import io
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from cnnviz.errors import InvalidModel
from cnnviz.models.browser_export import net_file
from cnnviz.models.build import build_model
from cnnviz.models.export_onnx import onnx_file
from cnnviz.models.foreign.imported import ImportedNet, with_scaling
from cnnviz.models.foreign.scalings import SCALINGS
from cnnviz.models.net_file import read_manifest
from cnnviz.models.read_model import read_model
from tests.architecture.random_nets import random_net
from tests.models.foreign.oracle import TOLERANCE, rebuilt, relative, with_random_weights

LOGARITHM = "LogSoftmax"  # of which we show the softmax


class Graph:
    """Writes an ONNX graph step by step; every method returns the name of the tensor that a step gives."""

    def __init__(self, shape: tuple[Any, ...], seed: int = 0) -> None:
        self.rng = np.random.default_rng(seed)
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.shape = shape

    def weights(self, *shape: int, low: float = -0.3, high: float = 0.3) -> str:
        return self.constant(self.rng.uniform(low, high, shape).astype(np.float32))

    def constant(self, values: Any) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def step(self, operation: str, *inputs: str, **attributes: Any) -> str:
        name = f"/step.{len(self.nodes)}/{operation}_output_0"
        self.nodes.append(helper.make_node(operation, list(inputs), [name], **attributes))
        return name

    def conv(self, value: str, maps: int, filters: int, kernel: int, **attributes: Any) -> str:
        inside = maps // attributes.get("group", 1)
        weights = self.weights(filters, inside, kernel, kernel), self.weights(filters)
        return self.step("Conv", value, *weights, kernel_shape=[kernel, kernel], **attributes)

    def oblong(self, value: str, maps: int, filters: int, kernel: tuple[int, int], **attributes: Any) -> str:
        weights = self.weights(filters, maps, *kernel), self.weights(filters)
        return self.step("Conv", value, *weights, kernel_shape=list(kernel), **attributes)

    def norm(self, value: str, maps: int) -> str:
        around = [self.weights(maps), self.weights(maps)]
        return self.step(
            "BatchNormalization",
            value,
            self.weights(maps, low=0.5, high=1.5),
            *around,
            self.weights(maps, low=0.5, high=2),
        )

    def file(self, output: str, opset: int = 17, **metadata: str) -> bytes:
        image = helper.make_tensor_value_info("image", TensorProto.FLOAT, self.shape)
        answer = helper.make_tensor_value_info(output, TensorProto.FLOAT, None)
        graph = helper.make_graph(self.nodes, "net", [image], [answer], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
        helper.set_model_props(model, metadata)
        return model.SerializeToString()


def largest_difference(net: ImportedNet, data: bytes, *, is_first: bool = True, batch: int = 2) -> float:
    """Of all layers, against onnxruntime: |difference| / largest |value| of the layer."""
    net = with_scaling(net, SCALINGS["0..255"])
    model = onnx.load_from_string(data)
    known = {each.name for each in model.graph.output}
    wanted = list(net.sources.values())
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in dict.fromkeys(wanted) if name not in known)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    pixels = np.random.default_rng(0).normal(0, 1, (batch, *net.architecture.input_shape)).astype(np.float32)
    given = np.moveaxis(pixels, -1, 1) if is_first else pixels
    theirs = session.run([*wanted, model.graph.output[0].name], {session.get_inputs()[0].name: given})
    ours = rebuilt(net)
    outputs = [*(ours.get_layer(name).output for name in net.sources), ours.output]
    mine = [np.asarray(each) for each in keras.Model(ours.inputs[0], outputs)(pixels, training=False)]
    if net.followed_to is not None:
        mine, theirs = mine[:-1], theirs[:-1]
    elif any(line.operation == LOGARITHM for line in net.report):
        theirs[-1] = np.exp(theirs[-1])
    turned = [_last(one, other) for one, other in zip(mine, theirs, strict=True)]
    return max(relative(one, other) for one, other in zip(mine, turned, strict=True))


def _last(mine: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """Maps with their channels last, whichever way round they are in the file."""
    if theirs.ndim != 4:
        return theirs
    is_first = theirs.shape != mine.shape or np.abs(theirs - mine).max() > TOLERANCE * np.abs(theirs).max()
    return np.moveaxis(theirs, 1, -1) if is_first else theirs


def residual() -> tuple[Graph, str]:
    """As PyTorch writes a ResNet: borders of 1 before strides of 2, pooling with borders, 1 x 1 convolutions around."""
    g = Graph(("n", 3, 40, 32))
    x = g.step("Relu", g.norm(g.conv("image", 3, 8, 7, strides=[2, 2], pads=[3, 3, 3, 3]), 8))
    x = g.step("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    y = g.step("Relu", g.norm(g.conv(x, 8, 8, 3, pads=[1, 1, 1, 1]), 8))
    x = g.step("Relu", g.step("Add", g.norm(g.conv(y, 8, 8, 3, pads=[1, 1, 1, 1]), 8), x))
    y = g.step("Relu", g.norm(g.conv(x, 8, 12, 3, strides=[2, 2], pads=[1, 1, 1, 1]), 12))
    x = g.step(
        "Add", g.norm(g.conv(y, 12, 12, 3, pads=[1, 1, 1, 1]), 12), g.norm(g.conv(x, 8, 12, 1, strides=[2, 2]), 12)
    )
    x = g.step("Flatten", g.step("GlobalAveragePool", x), axis=1)
    return g, g.step("Gemm", x, g.weights(5, 12), g.weights(5), transB=1)


def old_shape() -> tuple[Graph, str]:
    """As PyTorch writes `x.view(x.size(0), -1)`: the shape is computed, rows have the channels first."""
    g = Graph(("n", 1, 12, 10))
    x = g.step("MaxPool", g.step("LeakyRelu", g.conv("image", 1, 4, 3), alpha=0.1), kernel_shape=[2, 2], strides=[2, 2])
    batch = g.step("Gather", g.step("Shape", x), g.constant(np.int64(0)), axis=0)
    batch = g.step("Unsqueeze", batch, g.constant(np.array([0], np.int64)))
    shape = g.step("Concat", batch, g.step("Constant", value=numpy_helper.from_array(np.array([-1], np.int64))), axis=0)
    x = g.step("Gemm", g.step("Reshape", x, shape), g.weights(80, 6), g.weights(6))
    x = g.step("Gemm", g.step("Relu", x), g.weights(3, 6), g.weights(3), transB=1)
    return g, g.step(LOGARITHM, x, axis=1)


def gates() -> tuple[Graph, str]:
    """As PyTorch writes MobileNets: depthwise kernels, ReLU6 as Clip, SiLU as a product, squeeze and excite."""
    g = Graph(("n", 3, 16, 20))
    x = g.conv("image", 3, 8, 3, strides=[2, 2], pads=[1, 1, 1, 1])
    x = g.step("Clip", x, g.constant(np.float32(0)), g.constant(np.float32(6)))
    y = g.conv(x, 8, 8, 3, group=8, pads=[1, 1, 1, 1])
    y = g.step("Mul", y, g.step("Sigmoid", y))
    s = g.step("Relu", g.conv(g.step("GlobalAveragePool", y), 8, 2, 1))
    s = g.step("HardSigmoid", g.conv(s, 2, 8, 1), alpha=1 / 6)
    y = g.step("HardSwish", g.step("Mul", s, y))
    y = g.step("Add", x, g.conv(y, 8, 8, 1))
    y = g.step(
        "Mul",
        y,
        g.step(
            "Div",
            g.step(
                "Clip",
                g.step("Add", y, g.constant(np.float32(3))),
                g.constant(np.float32(0)),
                g.constant(np.float32(6)),
            ),
            g.constant(np.float32(6)),
        ),
    )
    x = g.step("ReduceMean", y, axes=[2, 3], keepdims=0)
    return g, g.step("Softmax", g.step("Add", g.step("MatMul", x, g.weights(8, 4)), g.weights(4)), axis=-1)


def dense_block() -> tuple[Graph, str]:
    """As PyTorch writes a DenseNet: every step puts all maps before it together."""
    g = Graph((1, 1, 14, 14))
    maps = [g.conv("image", 1, 4, 3, pads=[1, 1, 1, 1])]
    for number in range(3):
        x = g.step("Concat", *maps, axis=1) if number else maps[0]
        maps.append(g.conv(g.step("Relu", g.norm(x, 4 + 4 * number)), 4 + 4 * number, 4, 3, pads=[1, 1, 1, 1]))
    x = g.step("AveragePool", g.step("Concat", *maps, axis=1), kernel_shape=[2, 2], strides=[2, 2])
    return g, g.step("Squeeze", g.step("GlobalMaxPool", x), g.constant(np.array([2, 3], np.int64)))


def turned() -> tuple[Graph, str]:
    """As tf2onnx writes nets of TensorFlow: channels last, turned round for the convolutions and back."""
    g = Graph(("n", 12, 14, 3))
    x = g.step("Sub", "image", g.constant(np.array([0.4, 0.5, 0.6], np.float32)))
    x = g.step("Div", x, g.constant(np.array([0.2, 0.3, 0.4], np.float32)))
    x = g.step("Transpose", x, perm=[0, 3, 1, 2])
    x = g.step("Conv", x, g.weights(6, 3, 3, 3), auto_pad="SAME_UPPER", strides=[2, 2], kernel_shape=[3, 3])
    x = g.step("Add", x, g.weights(1, 6, 1, 1))
    x = g.step("Mul", g.step("Relu", x), g.weights(6, 1, 1))
    x = g.step("Transpose", g.step("Elu", x, alpha=0.7), perm=[0, 2, 3, 1])
    x = g.step("MatMul", x, g.weights(6, 4))
    x = g.step("Reshape", x, g.constant(np.array([-1, 6 * 7 * 4], np.int64)))
    return g, g.step("Sigmoid", g.step("Add", g.step("MatMul", x, g.weights(168, 5)), g.weights(5)))


def rest() -> tuple[Graph, str]:
    """Borders, sizes and slopes."""
    g = Graph(("n", 2, 15, 18))
    x = g.step("PRelu", g.conv("image", 2, 6, 5), g.weights(6, 1, 1))
    x = g.step("Pad", x, g.constant(np.array([0, 0, 0, 1, 0, 0, 1, 2], np.int64)))
    empty = g.constant(np.zeros(0, np.float32))
    x = g.step(
        "Resize",
        x,
        empty,
        g.constant(np.array([1, 1, 2, 2], np.float32)),
        mode="nearest",
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    )
    x = g.conv(x, 6, 8, 3, group=2, strides=[2, 2], dilations=[1, 1])
    x = g.step("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])  # of values below zero as well
    x = g.step("ConvTranspose", x, g.weights(8, 4, 4, 4), g.weights(4), strides=[2, 2], pads=[1, 1, 1, 1])
    x = g.step("ConvTranspose", g.step("Softplus", x), g.weights(4, 4, 3, 3), strides=[2, 2], pads=[1, 1, 1, 1])
    x = g.step("AveragePool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], count_include_pad=0)
    x = g.step("AveragePool", x, kernel_shape=[3, 3], strides=[1, 1], pads=[1, 1, 1, 1], count_include_pad=1)
    x = g.step("MaxPool", g.step("Relu", x), kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
    x = g.step(
        "Resize",
        x,
        empty,
        g.constant(np.array([1, 1, 3, 3], np.float32)),
        mode="linear",
        coordinate_transformation_mode="half_pixel",
    )
    x = g.step(
        "Sub", g.constant(np.float32(1)), g.step("Clip", x, g.constant(np.float32(-1)), g.constant(np.float32(0.2)))
    )
    return g, g.step("GlobalAveragePool", g.step("Max", x, g.step("Tanh", x)))


def differences() -> tuple[Graph, str]:
    """Paths of which one is subtracted or the smaller value kept, oblong kernels, and a factor for each channel."""
    g = Graph(("n", 3, 12, 11))
    x = g.oblong("image", 3, 6, (1, 5), pads=[0, 2, 0, 2])
    x = g.step("Sub", x, g.oblong(x, 6, 6, (3, 1), pads=[1, 0, 1, 0]))
    x = g.step("Min", x, g.oblong(x, 6, 6, (3, 2), auto_pad="SAME_UPPER"))
    x = g.step("Max", x, g.constant(np.float32(0)))
    x = g.step("Mul", x, g.weights(1, 6, 1, 1))
    below = g.step("Mul", g.step("Relu", g.step("Neg", x)), g.weights(1, 6, 1, 1))  # as tf2onnx writes a PReLU
    x = g.step("Add", g.step("Relu", x), below)
    x = g.oblong(x, 6, 4, (2, 3), strides=[2, 2])
    x = g.oblong(x, 4, 4, (1, 2), dilations=[2, 2])
    return g, g.step("GlobalAveragePool", x)


GRAPHS = [residual, old_shape, gates, dense_block, turned, rest, differences]


@pytest.mark.parametrize("make", GRAPHS)
def test_every_layer_is_that_of_onnxruntime(make: Callable[[], tuple[Graph, str]]) -> None:
    graph, output = make()
    data = graph.file(output)
    net = read_model(data)
    assert [line for line in net.report if not line.shown] == []
    batch = graph.shape[0] if isinstance(graph.shape[0], int) else 2
    assert largest_difference(net, data, is_first=make is not turned, batch=batch) < TOLERANCE


def number(g: Graph, value: float) -> str:
    """As most exporters write a number: as a step of its own."""
    return g.step("Constant", value=numpy_helper.from_array(np.float32(value)))


def gelu_of_pytorch(g: Graph, x: str) -> str:
    y = g.step("Add", g.step("Erf", g.step("Div", x, number(g, 2**0.5))), number(g, 1))
    return g.step("Mul", g.step("Mul", x, y), number(g, 0.5))


def gelu_of_tensorflow(g: Graph, x: str) -> str:
    root = g.step("Sqrt", number(g, 2))
    y = g.step("Add", g.constant(np.float32(1)), g.step("Erf", g.step("Div", x, root)))
    return g.step("Mul", g.step("Mul", g.constant(np.float32(0.5)), x), y)


def gelu_with_tanh(g: Graph, x: str) -> str:
    cube = g.step("Mul", number(g, 0.044715), g.step("Pow", x, number(g, 3)))
    y = g.step("Tanh", g.step("Mul", number(g, (2 / np.pi) ** 0.5), g.step("Add", x, cube)))
    return g.step("Mul", x, g.step("Mul", number(g, 0.5), g.step("Add", y, number(g, 1))))


def gelu_with_products(g: Graph, x: str) -> str:
    cube = g.step("Mul", number(g, 0.044715), g.step("Mul", x, g.step("Mul", x, x)))
    y = g.step("Tanh", g.step("Mul", number(g, (2 / np.pi) ** 0.5), g.step("Add", x, cube)))
    return g.step("Mul", number(g, 0.5), g.step("Mul", x, g.step("Add", number(g, 1), y)))


def softplus_of_dynamo(g: Graph, x: str) -> str:
    return g.step("Where", g.step("Greater", x, number(g, 20)), x, g.step("Softplus", x))


def softplus_with_logarithm(g: Graph, x: str) -> str:
    return g.step("Log", g.step("Add", g.step("Exp", x), number(g, 1)))


def mish_of_softplus(g: Graph, x: str) -> str:
    return g.step("Mul", x, g.step("Tanh", softplus_of_dynamo(g, x)))


WRITTEN_OUT = {
    gelu_of_pytorch: "gelu",
    gelu_of_tensorflow: "gelu",
    gelu_with_tanh: "gelu_tanh",
    gelu_with_products: "gelu_tanh",
    softplus_of_dynamo: "softplus",
    softplus_with_logarithm: "softplus",
    mish_of_softplus: "mish",
}


@pytest.mark.parametrize("write", WRITTEN_OUT)
def test_a_function_that_is_written_out_is_named_as_what_it_is(write: Callable[[Graph, str], str]) -> None:
    g = Graph(("n", 3, 9, 8))
    x = write(g, g.conv("image", 3, 4, 3))
    x = g.step("GlobalAveragePool", write(g, g.step("Add", x, g.conv(x, 4, 4, 1))))
    data = g.file(x)
    net = read_model(data)
    functions = [layer["activation"] for layer in read_manifest(net.net)["layers"] if layer["kind"] == "activation"]
    assert functions == [WRITTEN_OUT[write]] * 2
    assert largest_difference(net, data) < TOLERANCE


def test_a_function_whose_parts_are_needed_elsewhere_stays_written_out() -> None:
    g = Graph(("n", 3, 9, 8))
    x = g.conv("image", 3, 4, 3)
    erf = g.step("Erf", g.step("Div", x, number(g, 2**0.5)))
    y = g.step("Mul", g.step("Mul", x, g.step("Add", erf, number(g, 1))), number(g, 0.5))
    net = read_model(g.file(g.step("Add", y, erf)))
    assert [layer.kind for layer in net.architecture.layers] == ["conv"]


def test_other_functions_of_the_same_steps_are_not_taken_for_known_ones() -> None:
    g = Graph(("n", 3, 9, 8))
    x = g.conv("image", 3, 4, 3)
    erf = g.step("Erf", g.step("Div", x, number(g, 1.5)))
    y = g.step("Mul", g.step("Mul", x, g.step("Add", erf, number(g, 1))), number(g, 0.5))
    net = read_model(g.file(y))
    assert net.followed_to is not None
    assert [layer.kind for layer in net.architecture.layers] == ["conv"]


def test_a_step_that_takes_several_of_ours_is_named_where_the_net_breaks_off() -> None:
    g = Graph(("n", 3, 9, 8))
    x = g.conv("image", 3, 4, 3)
    y = g.conv(x, 4, 4, 1)
    smallest = g.step("Min", g.step("Sub", x, y), g.step("Relu", y))
    net = read_model(g.file(smallest))
    assert net.followed_to in {line.name for line in net.report}


def test_gates_are_named_as_what_they_are() -> None:
    graph, output = gates()
    layers = read_manifest(read_model(graph.file(output)).net)["layers"]
    functions = [layer["activation"] for layer in layers if layer["kind"] == "activation"]
    assert functions == ["relu6", "silu", "relu", "hard_sigmoid", "hard_silu", "hard_silu", "softmax"]


def test_colours_of_pytorch_are_scaled_as_imagenet_and_grey_ones_to_one() -> None:
    (colour, one), (grey, other) = residual(), old_shape()
    assert read_model(colour.file(one)).architecture.scaling == SCALINGS["ImageNet mean and deviation"]
    net = read_model(grey.file(other))
    assert net.architecture.scaling == SCALINGS["0..1"]
    assert "PyTorch" in net.scaling_reason


@pytest.mark.parametrize(
    "text", ['["a", "b", "c"]', '{"0": "a", "1": "b", "2": "c"}', "{0: 'a', 1: 'b', 2: 'c'}", "a,b,c"]
)
def test_classes_are_those_of_the_metadata(text: str) -> None:
    graph, output = old_shape()
    assert read_model(graph.file(output, names=text)).classes == ("a", "b", "c")


def test_a_net_is_shown_up_to_what_is_not_known() -> None:
    g = Graph(("n", 3, 9, 9))
    x = g.conv("image", 3, 4, 3)
    x = g.step("Flatten", g.step("Erf", x))
    net = read_model(g.file(x))
    assert [layer.kind for layer in net.architecture.layers] == ["conv"]
    assert net.followed_to == g.nodes[1].output[0]
    assert [line.shown for line in net.report] == [True, False, False]


@pytest.mark.parametrize("seed", [*range(6), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(6, 100))])
def test_random_nets_of_our_own_come_back_the_same(seed: int) -> None:
    architecture = random_net(seed)
    model = with_random_weights(build_model(architecture), seed)
    net = net_file(model, architecture, ())
    read = read_model(onnx_file(architecture, net))
    assert read.followed_to is None
    ours = rebuilt(with_scaling(read, SCALINGS["0..255"]))
    pixels = np.random.default_rng(seed).integers(0, 256, (2, *architecture.input_shape)).astype(np.float32)
    one, other = (np.asarray(each(pixels, training=False)) for each in (ours, model))
    assert relative(one, other) < TOLERANCE


def test_a_file_that_breaks_off_is_refused_wherever_it_does() -> None:
    graph, output = residual()
    data = graph.file(output)
    for length in range(0, len(data), len(data) // 9):
        with pytest.raises(InvalidModel, match="Received: "):
            read_model(data[:length])


def _vgg_like(nn: Any) -> Any:
    """Pairs of convolutions and pooling, then three dense layers (Simonyan and Zisserman, 2014), small."""
    stages, channels = [], 3
    for filters in (8, 16):
        stages += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU(), nn.Conv2d(filters, filters, 3, padding=1)]
        stages += [nn.ReLU(), nn.MaxPool2d(2)]
        channels = filters
    head = (nn.Flatten(), nn.Linear(16 * 8 * 6, 32), nn.ReLU(), nn.Dropout(), nn.Linear(32, 5))
    return nn.Sequential(*stages, *head)


def _mobilenet_like(nn: Any) -> Any:
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, 2, 1), nn.BatchNorm2d(8), nn.ReLU6(), nn.MaxPool2d(3, 2, 1),
        nn.Conv2d(8, 8, 3, padding=1, groups=8), nn.SiLU(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(96, 5),
        nn.Softmax(1),
    )  # fmt: skip


def _resnet_like(nn: Any) -> Any:
    """A block with an identity and one with a projection (He et al., 2015), small."""

    class Block(nn.Module):
        def __init__(self, before: int, after: int, stride: int) -> None:
            super().__init__()
            self.inside = nn.Sequential(
                nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU(),
                nn.Conv2d(after, after, 3, padding=1, bias=False), nn.BatchNorm2d(after),
            )  # fmt: skip
            is_same = before == after and stride == 1
            self.around = nn.Identity() if is_same else nn.Conv2d(before, after, 1, stride, bias=False)
            self.relu = nn.ReLU()

        def forward(self, x: Any) -> Any:
            return self.relu(self.inside(x) + self.around(x))

    head = (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 5))
    return nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), Block(8, 8, 1), Block(8, 16, 2), *head)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the exporter that most files in the world come from
@pytest.mark.parametrize("make", [_vgg_like, _mobilenet_like, _resnet_like])
def test_nets_of_pytorch_itself(make: Callable[[Any], Any]) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed (.ci/run installs it)")
    torch.manual_seed(0)
    stream = io.BytesIO()
    example = (torch.zeros(2, 3, 32, 26),)
    torch.onnx.export(make(torch.nn).eval(), example, stream, dynamo=False, opset_version=17)
    read = read_model(stream.getvalue())
    assert read.followed_to is None
    assert largest_difference(read, stream.getvalue()) < TOLERANCE
