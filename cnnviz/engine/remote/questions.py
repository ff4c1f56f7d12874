"""The questions that a worker answers: this table and nothing else.

Light at import: the server looks into the table, a worker imports the functions. A new question is a function in
`inspection`, `evaluation`, `models`, `training.loop` or `datasets`, whose first parameter is the model or the data
set that it is about, if it is about one, and a line in `QUESTIONS`.
"""

from dataclasses import dataclass, field
from pkgutil import resolve_name
from typing import Any, Literal

from cnnviz.architecture.spec import Architecture
from cnnviz.errors import CnnvizError, InvalidInput, UnknownName
from cnnviz.training.loop.job import TrainingJob

MODEL_SECONDS = 60.0
EXPLANATION_SECONDS = 300.0  # thousands of forward passes
ARRANGING_SECONDS = 1800.0  # t-SNE of ten thousand images, on a busy machine
DATA_SECONDS = 600.0  # the worker may have to download the set first


class ModelWanted(CnnvizError):
    """The worker does not hold the model of this key: ask again with its source."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True)
class NetSource:
    """A net without a Keras file: the spec that it is built from, and its weights as browsers fetch them."""

    architecture: Architecture
    net: bytes = field(repr=False)


@dataclass(frozen=True)
class ModelReference:
    """A model as a question names it.

    `key` tells models apart. `source` is what it is made of, the bytes of a .keras file that was written here, a
    training with its checkpoint, or spec and weights; None at the first try, because models travel only when the worker
    does not hold them.
    """

    key: str
    source: bytes | TrainingJob | NetSource | None = None


@dataclass(frozen=True)
class DatasetReference:
    """A data set by its name or path, and the options that it is loaded with (`datasets.registry.load_dataset`)."""

    name: str
    options: dict[str, Any]


Reference = ModelReference | DatasetReference | None


@dataclass(frozen=True)
class Question:
    """A function by its place, what it is about, its other parameters by name, and how long an answer may take."""

    function: str
    about: Literal["model", "dataset", "nothing"]
    parameters: tuple[str, ...] = ()
    seconds: float = MODEL_SECONDS


QUESTIONS = {
    "feature_maps": Question("cnnviz.inspection.activations:feature_maps", "model", ("image",)),
    "maps_and_kernels": Question("cnnviz.inspection.activations:maps_and_kernels", "model", ("image",)),
    "attribution_part": Question(
        "cnnviz.inspection.attribution.attribute:attribution_part",
        "model",
        ("image", "method", "class_index", "layer", "settings", "begun", "shuffled"),
        EXPLANATION_SECONDS,
    ),
    "deletion_curve": Question(
        "cnnviz.inspection.attribution.checks:deletion_curve",
        "model",
        ("image", "explained", "baseline", "seed", "order"),
        EXPLANATION_SECONDS,
    ),
    "weighted_layers": Question("cnnviz.inspection.attribution.shuffled:weighted_layers", "model"),
    "fool": Question(
        "cnnviz.inspection.fooling:fool", "model", ("image", "kind", "target", "settings"), EXPLANATION_SECONDS
    ),
    "maximise": Question(
        "cnnviz.inspection.maximization:maximise", "model", ("layer", "unit", "settings"), EXPLANATION_SECONDS
    ),
    "familiarity": Question(
        "cnnviz.inspection.familiar_images:familiarity", "model", ("layer", "trained_on"), DATA_SECONDS
    ),
    "net_file": Question("cnnviz.models.browser_export:net_file", "model", ("architecture", "classes")),
    "without_optimizer": Question("cnnviz.models.files:without_optimizer", "model"),
    "weights_h5": Question("cnnviz.models.files:weights_h5", "model"),
    "edited_checkpoint": Question(
        "cnnviz.training.loop.compiled_model:edited_checkpoint", "model", ("architecture", "config", "changes")
    ),
    "first_kernels": Question("cnnviz.inspection.filters:first_kernels", "model"),
    "put_kernel_in": Question("cnnviz.inspection.filters:put_kernel_in", "model", ("image", "kernel", "index")),
    "kernel_changes": Question("cnnviz.inspection.filters:kernel_changes", "model", ("image", "kernel")),
    "layer_filters": Question("cnnviz.inspection.filters:layer_filters", "model"),
    "predict": Question("cnnviz.evaluation.predict:predict_probabilities", "model", ("images",)),
    "test_set_answers": Question(
        "cnnviz.evaluation.predict:test_set_answers", "model", ("tested_on", "options"), DATA_SECONDS
    ),
    "changed_answers": Question(
        "cnnviz.evaluation.predict:changed_answers",
        "model",
        ("tested_on", "options", "level", "start", "stop"),
        DATA_SECONDS,
    ),
    "top_images": Question(
        "cnnviz.inspection.strongest_images:top_images",
        "model",
        ("tested_on", "options", "start", "stop"),
        DATA_SECONDS,
    ),
    "image_features": Question("cnnviz.inspection.embeddings:image_features", "model", ("images", "layer")),
    "test_set_features": Question(
        "cnnviz.inspection.embeddings:test_set_features",
        "model",
        ("tested_on", "options", "layer", "indices"),
        DATA_SECONDS,
    ),
    "like_places": Question(
        "cnnviz.inspection.embeddings:like_places",
        "model",
        ("tested_on", "options", "layer", "vector", "indices"),
        DATA_SECONDS,
    ),
    "seen_test_images": Question(
        "cnnviz.inspection.seen_images:seen_test_images", "model", ("tested_on", "options", "most"), DATA_SECONDS
    ),
    "embedding": Question(
        "cnnviz.inspection.projection:begin_embedding",
        "nothing",
        ("features", "method", "dimensions", "seed", "perplexity"),
        ARRANGING_SECONDS,
    ),
    "embedding_part": Question("cnnviz.inspection.projection:go_on_embedding", "nothing", ("begun",)),
    "overview": Question("cnnviz.datasets.statistics.overview:overview", "dataset", (), DATA_SECONDS),
    "samples": Question("cnnviz.datasets.statistics.overview:samples", "dataset", ("count",), DATA_SECONDS),
    "train_images": Question("cnnviz.datasets.statistics.overview:train_images", "dataset", ("indices",), DATA_SECONDS),
    "test_images": Question("cnnviz.datasets.statistics.overview:test_images", "dataset", ("indices",), DATA_SECONDS),
    "train_labels": Question("cnnviz.datasets.statistics.overview:train_labels", "dataset", (), DATA_SECONDS),
    "find_copies": Question("cnnviz.datasets.statistics.duplicates:find_copies", "dataset", (), DATA_SECONDS),
    "picture_sizes": Question("cnnviz.datasets.statistics.image_sizes:picture_sizes", "dataset", (), DATA_SECONDS),
    "files": Question("cnnviz.datasets.statistics.overview:files", "dataset", (), DATA_SECONDS),
    "labelled_files": Question("cnnviz.datasets.statistics.overview:labelled_files", "dataset", (), DATA_SECONDS),
    "thumbnails": Question("cnnviz.datasets.sources.folder:thumbnails", "nothing", ("dataset", "names"), DATA_SECONDS),
    "event_file": Question("cnnviz.training.loop.event_files:event_file", "nothing", ("scalars", "texts", "images")),
    "augmented": Question(
        "cnnviz.training.loop.augment:preview", "nothing", ("images", "augmentation", "seed", "count")
    ),
}


def check_question(name: str, reference: Reference, parameters: dict[str, Any]) -> Question:
    """Give the question of that name.

    Raises
    ------
    UnknownName
        There is no such question.
    InvalidInput
        Its parameters are others, or it is about something else.
    """
    if name not in QUESTIONS:
        raise UnknownName(f"There is no question {name!r}. Ask one of {', '.join(QUESTIONS)}. Received: {name!r}.")
    question = QUESTIONS[name]
    if set(parameters) != set(question.parameters):
        raise InvalidInput(
            f"The question {name!r} takes other parameters: expected {_listed(question.parameters)}. "
            f"Received: {_listed(sorted(parameters))}."
        )
    received = {ModelReference: "model", DatasetReference: "dataset"}.get(type(reference), "nothing")
    if received != question.about:
        raise InvalidInput(
            f"The question {name!r} is about another thing: expected {question.about}. Received: {received}."
        )
    return question


def answer(name: str, reference: Reference, parameters: dict[str, Any]) -> Any:
    """Answer a question of the table, on a worker; raises ModelWanted, and as `check_question` does."""
    question = check_question(name, reference, parameters)
    function = resolve_name(question.function)
    if isinstance(reference, ModelReference):
        return function(_held_model(reference), **parameters)
    if isinstance(reference, DatasetReference):
        from cnnviz.datasets.registry import load_dataset

        return function(load_dataset(reference.name, **reference.options), **parameters)
    return function(**parameters)


def _held_model(reference: ModelReference) -> Any:
    from cnnviz.models.browser_export import model_from_net
    from cnnviz.models.files import held_models, model_from_bytes
    from cnnviz.training.loop.compiled_model import model_from_checkpoint

    def load() -> Any:
        source = reference.source
        if source is None:
            raise ModelWanted(reference.key)
        if isinstance(source, bytes):
            return model_from_bytes(source)
        if isinstance(source, NetSource):
            return model_from_net(source.architecture, source.net)
        return model_from_checkpoint(source)

    return held_models.get(reference.key, load)


def _listed(names: Any) -> str:
    return ", ".join(names) or "none"
