"""A net of ours as an ONNX file, for onnxruntime, Netron and whatever else reads it. Pure: no Keras.

Inside, maps are (N, C, H, W) as ONNX has them. What goes in and comes out is as in Keras: pixels (N, H, W, C) of 0 to
255 as float32, and maps (N, H, W, C) where the net ends in maps.
"""

import json

import numpy as np
from onnx import TensorProto, helper

from cnnviz.architecture.analysis.graph import IMAGE, trace
from cnnviz.architecture.spec import ActivationLayer, Architecture
from cnnviz.architecture.spec.input_scaling import InputScaling
from cnnviz.architecture.spec.naming import INPUT_NAME
from cnnviz.models.net_file import read_manifest, read_weights
from cnnviz.models.onnx_graph import AS_IN_KERAS, MAPS, Graph
from cnnviz.models.onnx_steps import STEPS, times_plus

OPSET = 20  # the first with Gelu
IR_VERSION = 9
OUTPUT_NAME = "output"


def onnx_file(architecture: Architecture, net: bytes) -> bytes:
    """Write a net as ONNX.

    Parameters
    ----------
    architecture : Architecture
    net : bytes
        Its file for the browser (`net_file`), with the weights and the names of the classes.

    Returns
    -------
    bytes
        A model with the input "image" and the output "output"; what each layer gives has the layer's name. The names
        of the classes are in its metadata, "classes", as a list in JSON.
    """
    graph, weights = Graph(), read_weights(net)
    nodes, _ = trace(architecture)
    values = {IMAGE: _scaled(graph, architecture.scaling)}
    for position, node in enumerate(nodes):
        value = STEPS[node.layer.kind](graph, node, [values[index] for index in node.inputs], weights[node.name])
        activation = getattr(node.layer, "activation", "linear")
        value = graph.activate(value, ActivationLayer(function=activation))
        if value in values.values():  # nothing is computed, but a layer's values have its name
            value = graph.apply("Identity", value)
        graph.rename(value, node.name)
        values[position] = node.name
    shape = nodes[-1].effect.output.shape
    last = graph.transpose(nodes[-1].name, AS_IN_KERAS) if len(shape) == 3 else graph.apply("Identity", nodes[-1].name)
    graph.rename(last, OUTPUT_NAME)
    made = helper.make_graph(
        graph.nodes,
        architecture.name,
        [helper.make_tensor_value_info(INPUT_NAME, TensorProto.FLOAT, ["N", *architecture.input_shape])],
        [helper.make_tensor_value_info(OUTPUT_NAME, TensorProto.FLOAT, ["N", *shape])],
        graph.constants,
    )
    model = helper.make_model(made, producer_name="cnnviz", opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = IR_VERSION
    helper.set_model_props(model, {"classes": json.dumps(read_manifest(net)["classes"])})
    return model.SerializeToString()


def _scaled(graph: Graph, scaling: InputScaling) -> str:
    pixels = INPUT_NAME
    if scaling.order == "bgr":
        pixels = graph.apply("Gather", pixels, graph.constant([2, 1, 0], np.int64), axis=3)
    return times_plus(graph, graph.transpose(pixels, MAPS), scaling.scale, scaling.shift, is_maps=True)
