"""The cells that build the net of a run: its layers, its first weights by their seeds, and how images are varied."""

from collections.abc import Callable
from typing import Any

from cnnviz.architecture.analysis.graph import Node, trace
from cnnviz.architecture.editing.adapt import head_name
from cnnviz.architecture.export.keras_code import keras_functional
from cnnviz.architecture.spec.layers import Dropout, SpatialDropout, WeightedSpec
from cnnviz.reports.notebook.cells import Cell, code, words
from cnnviz.reports.notebook.recipe import Recipe
from cnnviz.training.config import Augmentation
from cnnviz.training.fine_tuning import frozen_layers

START_FILE = "start.keras"
"""How the name of the file ends with the net that a run began with; the page puts name and id of the run before it."""


def net_cells(recipe: Recipe) -> list[Cell]:
    """Write the cells after which `model` is the net before its first step, and `learner` what is trained of it."""
    return [
        words(
            """
            ## The net

            Layer by layer. It takes raw pixels: the first layer scales them, so that a saved net is complete in itself.
            """
        ),
        code(f"{keras_functional(recipe.architecture)}model.summary()"),
        *_seeds(recipe),
        *_start(recipe),
        *_augmentation(recipe.config.augment, recipe.config.seed),
    ]


def _seeds(recipe: Recipe) -> list[Cell]:
    nodes, _ = trace(recipe.architecture)
    seeds = {node.name: recipe.config.seed + place for place, node in enumerate(nodes) if _draws(node)}
    if not seeds:
        return []
    return [
        words(
            """
            Weights begin at random, and dropout leaves out at random. Each layer draws with a seed of its own, so that
            the same net begins with the same weights, whatever else the computer does.
            """
        ),
        code(
            f"SEEDS = {_dictionary(seeds)}\n"
            + """

def with_seed(layer):
    if isinstance(layer, keras.Model):  # a pretrained net brings its weights
        return layer
    config = layer.get_config()
    if layer.name in SEEDS:
        if "seed" in config:
            config["seed"] = SEEDS[layer.name]
        for name, value in config.items():
            if name.endswith("_initializer") and value and "seed" in value["config"]:
                config[name] = {**value, "config": {**value["config"], "seed": SEEDS[layer.name]}}
    return type(layer).from_config(config)


model = keras.models.clone_model(model, clone_function=with_seed)
"""
        ),
    ]


def _draws(node: Node) -> bool:
    """Whether a layer draws numbers at random."""
    return isinstance(node.layer, WeightedSpec | Dropout | SpatialDropout)


def _dictionary(values: dict[str, Any]) -> str:
    lines = "".join(f"    {name!r}: {value!r},\n" for name, value in values.items())
    return f"{{\n{lines}}}"


def _start(recipe: Recipe) -> list[Cell]:
    """Take the weights of the net that the run began with, and freeze what did not learn."""
    tuned = recipe.config.fine_tuning
    if tuned is None:
        return []
    left = head_name(recipe.architecture) if tuned.head == "new" else ""
    anew = "Its last layer begins anew, for other classes. " if left else ""
    frozen = sorted(frozen_layers(recipe.architecture, tuned.frozen))
    return [
        words(
            f"""
            The run did not begin at random, but with a net that had learned before. Save it from the run ("Net that it
            began with") and put it beside this notebook; its name ends with `{START_FILE}`. {anew}Layers that are
            frozen keep their weights; batch normalisation always does.
            """
        ),
        code(
            f"""
            from pathlib import Path

            places = [*Path().glob("*{recipe.run.id}.start*.keras"), *Path().glob("{START_FILE}")]
            assert places, (
                "The net that the run began with is missing. Save it from the run (Net that it began with) and put it "
                f"beside this notebook, in {{Path().resolve()}}."
            )
            start = keras.models.load_model(places[0], compile=False)
            known = {{layer.name: layer for layer in start.layers if layer.weights and layer.name != {left!r}}}
            for name, layer in known.items():
                model.get_layer(name).set_weights(layer.get_weights())
            for name in {frozen}:
                model.get_layer(name).trainable = False
            """
        ),
    ]


def _augmentation(augmentation: Augmentation | None, seed: int) -> list[Cell]:
    layers = augmentation_code(augmentation, seed=seed)
    if not layers:
        return [code("learner = model  # what is trained: the net as it is, because its images are not varied")]
    lines = "".join(f"        {line},\n" for line in layers)
    return [
        words(
            """
            Each training image is changed a little at random, in each epoch anew, so that the net learns more from few.
            These layers are idle when the net is asked, so they need not be a part of it: `learner` is both together.
            """
        ),
        code(
            f"augmentation = keras.Sequential(\n    [\n{lines}    ],\n    name='augmentation',\n)\n"
            "learner = keras.Sequential([keras.Input(model.input_shape[1:]), augmentation, model])"
        ),
        code(
            """
            varied = np.stack([augmentation(x_train[:6].astype("float32"), training=False)] + [
                keras.models.clone_model(augmentation)(x_train[:6].astype("float32"), training=True) for _ in range(3)
            ])
            figure, axes = plt.subplots(4, 6, figsize=(9, 6.2))
            for axis, image in zip(axes.flat, varied.reshape(-1, *varied.shape[2:])):
                axis.imshow(image.clip(0, 255).astype("uint8"), cmap="gray", vmin=0, vmax=255)
                axis.axis("off")
            plt.show()
            """
        ),
    ]


def augmentation_code(augmentation: Augmentation | None, *, seed: int) -> list[str]:
    """Return the calls that make the layers of `training.loop.augment`, each with the seed that it has there."""
    if augmentation is None:
        return []
    return [
        make(getattr(augmentation, name), seed + place)
        for place, (name, make) in enumerate(_LAYERS)
        if getattr(augmentation, name)
    ]


_LAYERS: tuple[tuple[str, Callable[[Any, int], str]], ...] = (
    ("shift", lambda v, seed: f'layers.RandomTranslation({v}, {v}, fill_mode="nearest", seed={seed})'),
    ("rotation", lambda v, seed: f'layers.RandomRotation({v / 360}, fill_mode="nearest", seed={seed})'),
    ("zoom", lambda v, seed: f'layers.RandomZoom({v}, {v}, fill_mode="nearest", seed={seed})'),
    ("shear", lambda v, seed: f'layers.RandomShear((0, {v}), (0, {v}), fill_mode="nearest", seed={seed})'),
    ("flip", lambda _, seed: f'layers.RandomFlip("horizontal", seed={seed})'),
    ("brightness", lambda v, seed: f"layers.RandomBrightness({v}, seed={seed})"),
    (
        "noise",
        lambda v, seed: (
            f"keras.Sequential([layers.Rescaling(1 / 255), layers.GaussianNoise({v}, seed={seed}), "
            "layers.Rescaling(255)])"
        ),
    ),
)
"""Setting -> the layer as code, in the order in which they work; the place gives each its own seed."""
