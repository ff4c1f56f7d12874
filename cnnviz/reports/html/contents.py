"""What is known of a run, collected for a report; a part that cannot be had is a sentence that says why."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TypeVar

import numpy as np

from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.dataset import OWN_IMAGES, UPLOADS, shown_name
from cnnviz.engine.ask import ask
from cnnviz.engine.browser_nets import net_of_run
from cnnviz.engine.engine import Engine
from cnnviz.engine.long.robustness import kept_series
from cnnviz.engine.long.test_set import test_part
from cnnviz.errors import CnnvizError, InputWanted, NotInBrowser, UnknownName
from cnnviz.evaluation.class_match import match_classes
from cnnviz.evaluation.robustness import SeriesAnswers
from cnnviz.evaluation.scores import Evaluation, TestPredictions, evaluate
from cnnviz.imaging.preprocess import fit_images
from cnnviz.models.net_file import FAMILIARITY, read_manifest, read_variables, repack_net
from cnnviz.runs.files import TEST_FILE, dataset_facts, has_curves_of_another, kept_epochs, load_predictions
from cnnviz.runs.findings import findings
from cnnviz.runs.records import Curves, Run
from cnnviz.training.diagnosis.finding import Finding
from cnnviz.training.events import DatasetFacts

T = TypeVar("T")

SMALL_BYTES = 450_000
"""Of a net, what is familiar to it, its epochs and mistakes, packed: so a small net's file stays within a megabyte."""
MAX_NET_BYTES = 40_000_000  # of weights: a larger file is sent by no mail, and a phone may not open it
FIRST_IMAGES = 300
"""Of the test set, in its order, so that what they say of the net is as fair as the whole."""
IMAGE_BYTES = 3_000_000  # of all of them, as stored
LEAST_IMAGES = 12
UNFAMILIAR = (
    "What is familiar to it would have doubled this file and stayed behind, so here it does not say of a picture that "
    "it is unlike all that it has learned from."
)
TOO_LARGE = (
    "This net is too large for a file that one takes along: at most {most:,} bytes of weights. Look at it in the app. "
    "Received: {received:,} bytes."
)


@dataclass(frozen=True, eq=False)
class TakenImages:
    """Test images that come along.

    Attributes
    ----------
    indices : ndarray (N,), int
        Their places in the test set.
    pixels : ndarray (N, H, W, C), uint8
        In the net's shape.
    labels : ndarray (N,), int
        Places of the net's answers that mean their classes.
    num_first : int
        So many of them are the first ones of the test set, in order.
    """

    indices: np.ndarray
    pixels: np.ndarray
    labels: np.ndarray
    num_first: int


@dataclass(frozen=True, eq=False)
class RunContents:
    """All of a run that a report shows.

    `missing` says why "net", "images" or "test" is None, and what of the net stayed behind: "familiarity"; `epochs` are
    the nets of kept epochs, by their numbers.
    """

    run: Run
    images_name: str
    facts: DatasetFacts
    curves: Curves
    findings: tuple[Finding, ...]
    net: bytes | None = None
    test: TestPredictions | None = None
    scores: Evaluation | None = None
    images: TakenImages | None = None
    epochs: dict[int, bytes] = field(default_factory=dict)
    robustness: Sequence[SeriesAnswers] = ()
    missing: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Net and images."""
        return f"{self.run.name} on {self.images_name}" if self.images_name else self.run.name

    @property
    def room(self) -> int:
        """Bytes, packed, that may still come along in the file of a small net; below 0 for a large one."""
        return SMALL_BYTES - sum(map(_packed_size, (self.net or b"", *self.epochs.values())))


def read_contents(engine: Engine, run: Run, images_name: str | None = None) -> RunContents:
    """Collect what a report shows of a run, without images.

    Parameters
    ----------
    engine : Engine
    run : Run
    images_name : str, optional
        What its images are called, for who may know that; by default their title, and of an upload only whose they are.
    """
    store, missing = engine.store, dict[str, str]()
    run = store.get(run.id)  # what a page shows may have another name for its images

    def known(name: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except CnnvizError as error:
            missing[name] = str(error)
            return None

    has_curves = not run.origin and not has_curves_of_another(store, run.id)
    curves = store.curves(run.id) if has_curves else Curves([], [])
    test = known("test", lambda: load_predictions(store, run.id)) if store.has_file(run.id, TEST_FILE) else None
    contents = RunContents(
        run,
        _images_name(run) if images_name is None else images_name,
        dataset_facts(store, run),
        curves,
        findings(store, run, curves.points, curves.epochs) if has_curves else (),
        known("net", lambda: _net(engine, run)),
        test,
        known("test", lambda: evaluate(test.probabilities, test.labels, test.classes)) if test else None,
        robustness=kept_series(store, run, test.labels) if test else (),
        missing=missing,
    )
    return _without_weight(contents)


def with_epochs(engine: Engine, contents: RunContents) -> RunContents:
    """Add the nets of kept epochs, as many as fit, the first and the last among them; none where that is one alone."""
    kept, net = kept_epochs(engine.store, contents.run.id), contents.net
    if net is None or contents.run.origin:
        return contents
    num_fitting = contents.room // _packed_size(repack_net(net, read_variables(net)))
    if min(len(kept), num_fitting) < 2:
        return contents
    chosen = np.unique(np.linspace(0, len(kept) - 1, min(len(kept), num_fitting)).round().astype(int))
    try:
        nets = {kept[at]: engine.store.load_published(net_of_run(engine, contents.run, kept[at])) for at in chosen}
    except CnnvizError:  # no worker makes them now
        return contents
    return replace(contents, epochs=nets)


def with_images(engine: Engine, contents: RunContents, chosen: Sequence[np.ndarray]) -> RunContents:
    """Add the first test images and those `chosen` (places in the test set, (K,) each), or why there are none."""
    if contents.test is None:
        return contents
    try:
        return replace(contents, images=_images(engine, contents.run, contents.test, chosen))
    except CnnvizError as error:
        return replace(contents, missing={**contents.missing, "images": str(error)})


def _images_name(run: Run) -> str:
    if run.config.dataset in DATASETS:
        return DATASETS[run.config.dataset].title
    is_upload = UPLOADS in PurePath(run.config.dataset).parts[-3:-1]
    return OWN_IMAGES if is_upload else shown_name(run.config.dataset) if run.config.dataset else ""


def _net(engine: Engine, run: Run) -> bytes:
    """The net as browsers compute it."""
    if not run.status.has_model:
        raise UnknownName("This run has left no net.")
    net = engine.store.load_published(net_of_run(engine, run))
    if len(net) > MAX_NET_BYTES:
        raise NotInBrowser(TOO_LARGE.format(most=MAX_NET_BYTES, received=len(net)))
    return net


def _packed_size(net: bytes) -> int:
    return len(zlib.compress(net, 1))


def _without_weight(contents: RunContents) -> RunContents:
    """Leave out what is familiar to a net where that would make a small file a large one."""
    net = contents.net
    if net is None or contents.room >= 0 or FAMILIARITY not in read_manifest(net):
        return contents
    missing = {**contents.missing, FAMILIARITY: UNFAMILIAR}
    return replace(contents, net=repack_net(net, read_variables(net)), missing=missing)


def _images(engine: Engine, run: Run, test: TestPredictions, chosen: Sequence[np.ndarray]) -> TakenImages:
    shape = run.architecture.input_shape
    most = min(FIRST_IMAGES, max(LEAST_IMAGES, IMAGE_BYTES // int(np.prod(shape))), len(test.labels))
    indices = np.unique(np.concatenate([np.arange(most), *chosen]))
    found, labels = ask(engine, test_part(engine.store, run), "test_images", indices=indices.tolist())
    if not np.array_equal(labels, test.labels[indices]):
        raise InputWanted("The test images have changed since this net answered them, so none of them came along.")
    if run.origin:
        labels = np.array(match_classes(dataset_facts(engine.store, run).classes, test.classes).places)[labels]
    return TakenImages(indices, fit_images(found, shape), labels, most)
