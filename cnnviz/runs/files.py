"""The files of a run by their names, and what is read from them."""

from dataclasses import replace

from cnnviz.datasets.registry import describe
from cnnviz.errors import CnnvizError, UnknownName
from cnnviz.evaluation.familiarity import Familiarity
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.models.net_file import FAMILIARITY, read_manifest
from cnnviz.runs.records import Run
from cnnviz.runs.store import RunStore
from cnnviz.training.config import load_options
from cnnviz.training.duration.forecast import image_counts, image_shape
from cnnviz.training.events import DatasetFacts

MODEL_FILE = "model.keras"
TEST_FILE = "test.npz"
REPORT_FILE = "import.json"
"""Of a net that was brought along: what was found in its file."""
EDITED_FILE = "edited.txt"
"""Of a net whose weights were changed by hand: the epoch up to which its curves are those of another run."""
MEASURED_FILE = "familiarity.txt"
"""Of a net of digits: which published file says what is familiar to it, or could not be made to say it."""
CHECKPOINT_FILE = "epoch-{:04d}.npz"
PAUSED_FILE = "paused.npz"
"""The checkpoint of a run that has given its worker back; `Progress.pause` says where it is."""
START_NET = "net-start"
"""What the net that a run began with is published as, where it began with one: it outlasts the run that it is from."""


def net_name(epoch: int | None = None) -> str:
    """What the net for browsers is published as: that of the end, or of a kept epoch."""
    return "net-end" if epoch is None else f"net-{epoch:04d}"


def net_version(store: RunStore, run: Run, epoch: int | None = None) -> str:
    """Name the net of a run as it is by now, at its end or at a kept epoch: what is kept under this name stays true.

    A run that goes back, or is trained on, comes to have another net, but not before the file of the old one is
    replaced: that is later than its new start.
    """
    name = MODEL_FILE if epoch is None else CHECKPOINT_FILE.format(epoch)
    return f"{run.progress.started}@{store.changed_at(run.id, name)}"


def kept_epochs(store: RunStore, run_id: str) -> list[int]:
    """Epochs whose weights are kept, in order."""
    last = store.last_epoch(run_id)
    return [epoch for epoch in range(1, last + 1) if store.has_file(run_id, CHECKPOINT_FILE.format(epoch))]


def edited_after(store: RunStore, run_id: str) -> int:
    """Epoch after which the weights of a run were changed by hand: up to it the curves are another one's; or 0."""
    return int(store.load_file(run_id, EDITED_FILE)) if store.has_file(run_id, EDITED_FILE) else 0


def has_curves_of_another(store: RunStore, run_id: str) -> bool:
    """Whether a net was changed by hand and not trained since, so that all its curves are those of another run."""
    edited = edited_after(store, run_id)
    return edited > 0 and store.last_epoch(run_id) == edited


def last_checkpoint(store: RunStore, run_id: str) -> tuple[int, bytes | None]:
    """The newest epoch from which a run can go on, with its checkpoint; (0, None): from the start."""
    epochs = kept_epochs(store, run_id)
    return (epochs[-1], store.load_file(run_id, CHECKPOINT_FILE.format(epochs[-1]))) if epochs else (0, None)


def starting_net(store: RunStore, run: Run) -> bytes | None:
    """The net that a run begins with, as browsers read it; None for one that begins anew. Raises UnknownName."""
    if run.config.fine_tuning is None:
        return None
    published = store.published(run.id, START_NET)
    if published is None:
        raise UnknownName(f"The net {run.config.fine_tuning.name!r} that this run begins with is gone. Bring it again.")
    return store.load_published(published)


def load_predictions(store: RunStore, run_id: str) -> TestPredictions:
    """What a finished run answered on its test set; raises UnknownName if it has none."""
    return TestPredictions.from_bytes(store.load_file(run_id, TEST_FILE))


def familiarity_of(store: RunStore, run: Run) -> Familiarity | None:
    """What is familiar to the net of a run; None where nobody has measured it."""
    published = store.published(run.id, net_name())
    entry = read_manifest(store.load_published(published)).get(FAMILIARITY) if published else None
    return Familiarity.from_manifest(entry) if entry else None


def dataset_facts(store: RunStore, run: Run) -> DatasetFacts:
    """What is known of a run's images, whether they are still there or not.

    A run keeps it from its start. For one of an older version it is found out: the classes, in the order of the net's
    outputs, by the answers that were kept, the rest by the data set if that is there; without both, they are empty.
    """
    if run.facts.classes or run.origin:
        return run.facts
    test = load_predictions(store, run.id) if store.has_file(run.id, TEST_FILE) else None
    try:
        facts = replace(_described(run), notes=run.facts.notes)
    except CnnvizError:  # the folder or zip is gone
        facts = run.facts
        if test:
            facts = replace(facts, image_shape=run.architecture.input_shape, num_test=len(test.labels))
    return replace(facts, classes=test.classes) if test else facts


def _described(run: Run) -> DatasetFacts:
    info = describe(run.config.dataset, **load_options(run.config, run.architecture.input_shape))
    num_train, num_validated, num_left = image_counts(run.config, info)
    return DatasetFacts(
        info.classes,
        image_shape(run.architecture, run.config, info),
        num_train,
        num_validated if num_left else 0,  # else it is validated on the test part
        info.num_test,
        info.input_style,
    )
