"""A run as cells, from the first word to the last figure, and the libraries that they need."""

from importlib.metadata import version

from cnnviz.engine.engine import Engine
from cnnviz.reports.card import card_text
from cnnviz.reports.notebook.cells import Cell, code, notebook_file, script_file, words
from cnnviz.reports.notebook.data import data_cells
from cnnviz.reports.notebook.differences import differences
from cnnviz.reports.notebook.learning import learning_cells
from cnnviz.reports.notebook.net import net_cells
from cnnviz.reports.notebook.recipe import Recipe, recipe_of
from cnnviz.reports.notebook.results import result_cells
from cnnviz.runs.records import Run
from cnnviz.text.markup import as_plain_markdown

_ALWAYS = ("keras", "tensorflow", "numpy", "scikit-learn")
_FOR_IMAGES = {
    "digits": ("opencv-python-headless",),
    "starter": ("opencv-python-headless",),
    "shapes": ("opencv-python-headless",),
    "faces": ("scikit-image",),
}
_FOR_FILES = ("opencv-python-headless", "pillow")


def run_notebook(engine: Engine, run: Run) -> bytes:
    """Give a notebook that makes a run again with plain Keras; raises as `recipe.recipe_of` does."""
    return notebook_file(run_cells(engine, run))


def run_script(engine: Engine, run: Run) -> bytes:
    """Give the same as a Python script."""
    return script_file(run_cells(engine, run))


def run_cells(engine: Engine, run: Run) -> list[Cell]:
    """Write all cells; the model card of the run is the first, if somebody has written one."""
    recipe = recipe_of(engine, run)
    card = card_text(engine.store, run)
    return [
        *([Cell(card, is_code=False)] if card else []),
        _title(recipe),
        *_differences(recipe),
        *_settings(recipe),
        *data_cells(recipe),
        *net_cells(recipe),
        *learning_cells(recipe),
        *result_cells(recipe),
    ]


def _title(recipe: Recipe) -> Cell:
    needed = (*_ALWAYS, *(_FOR_FILES if recipe.is_read_from_files else _FOR_IMAGES.get(recipe.config.dataset, ())))
    pinned = " ".join(f"{name}=={version(name)}" for name in needed)
    return words(
        f"""
        # {as_plain_markdown(recipe.run.name)}

        This makes a training again that was run with cnnviz, in plain Keras: the same images, the same net, the same
        first weights, the same order, the same settings. Change what you like and run it anew. It was made with

            pip install {pinned} matplotlib
        """
    )


def _differences(recipe: Recipe) -> list[Cell]:
    found = differences(recipe)
    if not found:
        return []
    listed = "\n".join(f"- {as_plain_markdown(one)}" for one in found)
    return [Cell(f"**What is not quite as in the run**\n\n{listed}", is_code=False)]


def _settings(recipe: Recipe) -> list[Cell]:
    config = recipe.config
    return [
        code(
            f"""
            import math

            import keras
            import matplotlib.pyplot as plt
            import numpy as np
            import tensorflow as tf
            from keras import layers

            SEED = {config.seed}
            EPOCHS = {config.epochs}
            BATCH_SIZE = {config.batch_size}
            LEARNING_RATE = {config.learning_rate}

            keras.utils.set_random_seed(SEED)
            """
        )
    ]
