"""TensorFlow's profiler as oracle for the multiplications: it counts one for the product and one for the sum."""

from typing import Any

import pytest

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.architecture.spec import Architecture, Conv, DepthwiseConv, SeparableConv

tf = pytest.importorskip("tensorflow")

COUNTED = {"Conv2D", "DepthwiseConv2dNative", "MatMul"}
OTHER = Architecture(
    input_shape=(23, 30, 3),
    layers=(
        SeparableConv(filters=7, stride=2, padding="same"),
        DepthwiseConv(kernel=4, multiplier=3),
        Conv(filters=5, kernel=2, stride=3),
    ),
)
NETS = {name: PRESETS[name].architecture for name in PRESETS if analyze(PRESETS[name].architecture).totals.params < 3e5}


def floating_point_operations(model: Any) -> int:
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    image = tf.TensorSpec((1, *model.input_shape[1:]), tf.float32)
    frozen = convert_variables_to_constants_v2(tf.function(model).get_concrete_function(image))
    with tf.Graph().as_default() as graph:
        tf.graph_util.import_graph_def(frozen.graph.as_graph_def(), name="")
        options = tf.compat.v1.profiler.ProfileOptionBuilder.float_operation() | {"output": "none"}
        root = tf.compat.v1.profiler.profile(graph, cmd="op", options=options)
    total, waiting = 0, [root]
    while waiting:
        node = waiting.pop()
        total += node.float_ops if node.name in COUNTED else 0
        waiting.extend(node.children)
    return total


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", [*NETS, "other"])
def test_the_multiplications_are_half_of_the_operations_that_tensorflow_counts(name: str):
    from cnnviz.models.build import build_model

    architecture = NETS.get(name, OTHER)
    assert floating_point_operations(build_model(architecture)) == 2 * analyze(architecture).totals.macs
