"""What a notebook is told about a run: everything that its cells are written from, gathered once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cnnviz.architecture.analysis.analyze import output_units
from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.engine.ask import Images, ask
from cnnviz.engine.engine import Engine
from cnnviz.errors import InvalidConfig
from cnnviz.runs.files import dataset_facts, edited_after
from cnnviz.runs.records import Curves, Run
from cnnviz.training.config import TrainingConfig, load_options
from cnnviz.training.events import DatasetFacts

FREE_SIZE = "cats_vs_dogs"
"""The registered set that comes as files, which are read like those of a person's own images."""


@dataclass(frozen=True)
class Recipe:
    """A run, and what else it takes to make it again.

    Attributes
    ----------
    run : Run
    facts : DatasetFacts
        Of its images; the classes are in the order of the net's outputs.
    curves : Curves
        What it has recorded.
    edited : int
        Epoch after which its weights were changed by hand; 0: they were not.
    files : mapping
        Part ("train", "test", "validation") -> name and label of each of its pictures, in the order of the images;
        empty for a set that comes in one piece. All of them: what corrections leave out, and a fold, are steps after.
    own_order : tuple of str
        The classes in the order of the set, where it is read from files and a part of it is held out.
    """

    run: Run
    facts: DatasetFacts
    curves: Curves
    edited: int
    files: Mapping[str, Sequence[tuple[str, int]]]
    own_order: tuple[str, ...] = ()

    @property
    def config(self) -> TrainingConfig:
        """Settings of the training."""
        return self.run.config

    @property
    def architecture(self) -> Architecture:
        """The net as it was trained."""
        return self.run.architecture

    @property
    def one_output(self) -> bool:
        """Whether the net gives one number, the probability of the second of two classes."""
        return output_units(self.architecture) == 1

    @property
    def num_epochs(self) -> int:
        """Whole epochs that the run was trained."""
        return self.run.epochs_done if self.run.status.has_model else self.config.epochs

    @property
    def order(self) -> tuple[str, ...]:
        """The classes in the order of the set, which need not be that of the net's outputs."""
        return self.own_order or DATASETS[self.config.dataset].classes

    @property
    def is_read_from_files(self) -> bool:
        """Whether the images are read from pictures in a folder or zip."""
        return self.config.dataset not in DATASETS or self.config.dataset == FREE_SIZE


def recipe_of(engine: Engine, run: Run) -> Recipe:
    """Gather what a notebook needs of a run; the names of its pictures are asked of a worker.

    Raises
    ------
    InvalidConfig
        It was not trained here, or its training has not begun, so that the form of its net is not known.
    UnknownName, InvalidDataset
        Its images are pictures of a person's own, and they are gone or are others by now.
    EngineUnavailable
        No worker answers in time.
    """
    store = engine.store
    if run.origin:
        raise InvalidConfig(
            "This net was not trained here, so there is no training to make again: expected a run that was trained. "
            f"Save the net itself instead. Received: {run.name!r}, brought along as {run.origin}."
        )
    facts = dataset_facts(store, run)
    if not facts.classes:
        raise InvalidConfig(
            "This training has not begun, so there is nothing to make again yet: expected a run with a first step. "
            f"Wait for it. Received: {run.name!r}, {run.status.value}."
        )
    recipe = Recipe(run, facts, store.curves(run.id), edited_after(store, run.id), {})
    if not recipe.is_read_from_files:
        return recipe
    whole = run.config.model_copy(update={"corrections": (), "fold": None})
    options = load_options(whole, run.architecture.input_shape)
    in_order = Images(run.config.dataset, {**options, "classes": facts.classes})
    recipe = replace(recipe, files=ask(engine, in_order, "labelled_files"))
    if run.config.fold is None:
        return recipe
    return replace(recipe, own_order=ask(engine, Images(run.config.dataset, options), "overview").info.classes)
