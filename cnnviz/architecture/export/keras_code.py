"""A net as Keras code that runs as it stands, for reading and copying."""

import re
from collections.abc import Sequence

from cnnviz.architecture.analysis.graph import IMAGE, Node, Span, trace
from cnnviz.architecture.export.keras_calls import keras_call, operation_before, rescaling_arguments
from cnnviz.architecture.export.variables import python_names, traced, variables
from cnnviz.architecture.layer_titles import layer_titles, path_titles
from cnnviz.architecture.spec import Architecture, InputScaling
from cnnviz.architecture.spec.layers import Backbone
from cnnviz.architecture.spec.naming import INPUT_NAME, RESCALING_NAME

_HEADER = "import keras\nfrom keras import layers\n"
_CHAIN = "A Sequential model is one chain of layers, and "
_WAY_OUT = "use the functional code."
# what each network was trained on: -1 to 1, or blue first with the mean of ImageNet at zero
_MEAN_AT_ZERO = "keras.ops.flip(layers.Rescaling(255, offset=[-123.68, -116.779, -103.939], name={})({}), axis=-1)"
_AS_TRAINED = {
    "MobileNetV2": "layers.Rescaling(2, offset=-1, name={})({})",
    "VGG16": _MEAN_AT_ZERO,
    "ResNet50": _MEAN_AT_ZERO,
}


def keras_functional(architecture: Architecture) -> str:
    """Return code of the functional API that defines `model`; it takes raw pixels (0 to 255).

    Raises
    ------
    InvalidArchitecture
        The net is impossible.
    """
    nodes = traced(architecture)
    names = python_names(nodes)
    held = variables(nodes, names)
    steps = "".join(
        _step(node, held[position], [held[index] for index in node.inputs], names[position])
        for position, node in enumerate(nodes)
    )
    return (
        f"{_HEADER}\n"
        f"inputs = {_input(architecture)}\n"
        f"{held[IMAGE]} = {_rescaling(architecture)}({_in_order(architecture)})  {_comment(architecture)}\n"
        f"{steps}"
        f'model = keras.Model(inputs, {held[len(nodes) - 1]}, name="{_model_name(architecture)}")\n'
    )


def keras_sequential(architecture: Architecture) -> str:
    """Return code of the Sequential API that defines `model`; it takes raw pixels (0 to 255).

    Where the net is no chain of layers, the code is a comment that says so (see `why_not_sequential`).

    Raises
    ------
    InvalidArchitecture
        The net is impossible.
    """
    nodes = traced(architecture)
    if reason := why_not_sequential(architecture):
        return f"# {reason}\n"
    steps = "".join(f"        {keras_call(node.layer, node.name)},\n" for node in nodes)
    return (
        f"{_HEADER}\n"
        f"model = keras.Sequential(\n"
        f"    [\n"
        f"        {_input(architecture)},\n"
        f"        {_rescaling(architecture)},  {_comment(architecture)}\n"
        f"{steps}"
        f"    ],\n"
        f'    name="{_model_name(architecture)}",\n'
        f")\n"
    )


def why_not_sequential(architecture: Architecture) -> str:
    """Return a sentence on why a Sequential model cannot be this net, with the layer's name in code; "" where it can.

    Raises InvalidArchitecture if the net is impossible.
    """
    nodes, spans = trace(architecture)
    if architecture.scaling.order == "bgr":
        return f"{_CHAIN}none of them swaps red and blue: {_WAY_OUT}"
    titles = layer_titles(architecture)
    for position, node in enumerate(nodes):
        if isinstance(node.layer, Backbone):
            return f"{_CHAIN}{titles[node.name]} ('{node.name}') is a net of its own: {_WAY_OUT}"
        if operation_before(node.layer):
            return f"{_CHAIN}{titles[node.name]} ('{node.name}') has no layer of its own: {_WAY_OUT}"
        if node.inputs != (position - 1,):
            block = _forking(spans, position)
            title = path_titles(architecture.layers)[block.path]
            return f"{_CHAIN}there is more than one path in {title} ('{block.name}'): {_WAY_OUT}"
    return ""


def _forking(spans: Sequence[Span], position: int) -> Span:
    """The innermost block around a node that has more than one path."""
    around = [span for span in spans if span.first <= position < span.stop and span.kind != "repeat"]
    return max(around, key=lambda span: span.depth)


def _step(node: Node, target: str, sources: list[str], name: str) -> str:
    if isinstance(node.layer, Backbone):
        return _backbone(node.layer, node, target, source=sources[0], name=name)
    read = f"[{', '.join(sources)}]" if len(sources) > 1 else sources[0]
    if operation := operation_before(node.layer):
        return f'{target} = layers.Activation("linear", name="{node.name}")({operation.replace("{}", read)})\n'
    return f"{target} = {keras_call(node.layer, node.name)}({read})\n"


def _backbone(layer: Backbone, node: Node, target: str, *, source: str, name: str) -> str:
    weights = "None" if layer.weights == "random" else f'"{layer.weights}"'
    network = f"{name}_net"
    scaled = _AS_TRAINED[layer.network].format(f'"{node.name}.scaling"', source)
    return (
        f"{network} = keras.applications.{layer.network}(\n"
        f'    include_top=False, weights={weights}, input_shape={node.input_tensors[0].shape}, name="{node.name}"\n'
        f")\n"
        f"{network}.trainable = {layer.trainable}\n"
        f"{target} = {scaled}  # the pixels it was trained with\n"
        f"{target} = {network}({target})\n"
    )


def _input(architecture: Architecture) -> str:
    return f'keras.Input(shape={architecture.input_shape}, name="{INPUT_NAME}")'


def _rescaling(architecture: Architecture) -> str:
    arguments = rescaling_arguments(architecture.scaling.scale, architecture.scaling.shift)
    return f'layers.Rescaling({", ".join(arguments)}, name="{RESCALING_NAME}")'


def _in_order(architecture: Architecture) -> str:
    return "keras.ops.flip(inputs, axis=-1)" if architecture.scaling.order == "bgr" else "inputs"


def _comment(architecture: Architecture) -> str:
    usual = architecture.scaling == InputScaling()
    return "# pixels 0 to 255 become 0 to 1" if usual else "# what the net makes of pixels of 0 to 255"


def _model_name(architecture: Architecture) -> str:
    # Keras refuses some characters, and a quote would end the string
    return re.sub(r"[^A-Za-z0-9_.-]", "_", architecture.name)
