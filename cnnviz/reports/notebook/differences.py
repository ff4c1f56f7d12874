"""What plain Keras cannot do again as the run did it, in sentences."""

from collections.abc import Iterator

from cnnviz.architecture.analysis.graph import trace
from cnnviz.architecture.spec.layers import Backbone, Conv
from cnnviz.reports.notebook.recipe import Recipe
from cnnviz.runs.records import Status
from cnnviz.runs.run_progress import Mark
from cnnviz.text.units import count_text


def differences(recipe: Recipe) -> list[str]:
    """List in what the notebook's training is not that of the run; empty where it is the same, step by step."""
    return [*_changes_by_hand(recipe), *_endings(recipe), *_computing(recipe)]


def _changes_by_hand(recipe: Recipe) -> Iterator[str]:
    if recipe.edited:
        yield (
            f"Weights were changed by hand after epoch {recipe.edited}. The notebook trains the net as it was before; "
            "the changed net itself can be saved from the run as a .keras file."
        )
    for mark in recipe.run.progress.marks:
        yield _MARKS[mark.kind].format(mark=mark, rate=_rate(mark))


_MARKS = {
    "rate": "The learning rate was set to {rate} by hand {mark.where}. The notebook goes on with the first one.",
    "rewind": "The run was taken back to {mark.went_back_to} and went on from there. The notebook trains straight on.",
    "lost": "The run lost its worker and went on {mark.where}, with the state that was kept.",
    "more": (
        "The run had ended {mark.where} and was then given more epochs. A schedule of the learning rate, early "
        "stopping and the optimizer's state may have begun anew there; the notebook plans all epochs from the start."
    ),
}


def _rate(mark: Mark) -> str:
    return f"{mark.value:g}" if mark.value else "another value"


def _endings(recipe: Recipe) -> Iterator[str]:
    run, done = recipe.run, recipe.num_epochs
    stops_alone = recipe.config.early_stopping or recipe.config.target_accuracy
    if not run.status.has_model:
        yield f"The run has not ended well ({run.status.value}). The notebook trains all epochs that it was to have."
    elif run.status is Status.STOPPED and not stops_alone:
        yield (
            f"The run was stopped before its end: {run.message} The notebook trains its "
            f"{count_text(done, 'whole epoch')}, and not what came after them."
        )


def _computing(recipe: Recipe) -> Iterator[str]:
    layers = [node.layer for node in trace(recipe.architecture)[0]]
    if recipe.config.mixed_precision:
        yield "Where the run computed with 16 bits on a GPU, the notebook computes with 32, so numbers differ a little."
    if any(isinstance(layer, Backbone) and layer.weights == "random" for layer in layers):
        yield "A network of keras.applications begins at random, with other numbers than in the run."
    if any(isinstance(layer, Backbone) and layer.weights != "random" for layer in layers):
        yield "The pretrained weights are fetched by Keras, from where it keeps them."
    if any(isinstance(layer, Conv) and layer.kernel == 1 and layer.stride > 1 for layer in layers):
        yield (
            "1x1 convolutions with a stride were computed in two steps in the run, as TensorFlow 2.21 may fail on "
            "them; here each is one layer, so the last digits differ."
        )
    if recipe.is_read_from_files:
        yield "Pictures with 16 bits, print colours (CMYK) or a damaged end may be read a little otherwise."
