"""A Sequential's description as that of the same net built by the functional API.

Keras makes a Sequential layer by layer, all before it anew each time: a hundred layers take seconds, and `output` of
a layer is that of its first making, so that a model of all outputs would compute the chain once for each of them.
"""

from typing import Any

MODULES = {"keras", "keras.models", "keras.src.models.sequential"}
FUNCTIONAL = {
    "module": "keras.src.models.functional",
    "class_name": "Functional",
    "registered_name": "Functional",
}


def as_functional(config: Any) -> Any:
    """Rewrite the description of a net.

    Parameters
    ----------
    config : parsed JSON
        Of a .keras file, without what only training needs.

    Returns
    -------
    parsed JSON
        Of the same net; `config` itself if that is no Sequential with an input of a fixed size (of an open one, no
        layer could be made without what the file says of its weights). A net inside it stays as it is: its weights lie
        in the file under the name of its class.
    """
    if not (isinstance(config, dict) and config.get("class_name") == "Sequential" and config.get("module") in MODULES):
        return config
    inside = config.get("config")
    if not isinstance(inside, dict):
        return config
    layers = inside.get("layers")
    if not isinstance(layers, list) or len(layers) < 2 or not all(map(_has_name, layers)):
        return config
    names = [layer["config"]["name"] for layer in layers]
    if not _is_fixed_input(layers[0]) or len(set(names)) < len(names):
        return config
    calls = [[], *([_call_on(before)] for before in names[:-1])]
    chain = [
        {**layer, "name": name, "inbound_nodes": call} for layer, name, call in zip(layers, names, calls, strict=True)
    ]
    ends = {"input_layers": [names[0], 0, 0], "output_layers": [names[-1], 0, 0]}
    settings = {"name": inside.get("name"), "trainable": inside.get("trainable", True), "layers": chain, **ends}
    return {**FUNCTIONAL, "config": settings}


def _is_fixed_input(layer: dict[str, Any]) -> bool:
    shape = layer["config"].get("batch_shape") if layer.get("class_name") == "InputLayer" else None
    return isinstance(shape, list) and None not in shape[1:]


def _has_name(layer: Any) -> bool:
    settings = layer.get("config") if isinstance(layer, dict) else None
    return isinstance(settings, dict) and isinstance(settings.get("name"), str)


def _call_on(name: str) -> dict[str, Any]:
    """A call on what another layer gives; Keras asks for a shape here and takes the real one."""
    tensor = {"shape": [None], "dtype": "float32", "keras_history": [name, 0, 0]}
    return {"args": [{"class_name": "__keras_tensor__", "config": tensor}], "kwargs": {}}
