"""The files that a person takes along of a run: one table, from which the page's menu and the command line are made."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from cnnviz.datasets.catalogue import DATASETS
from cnnviz.engine.ask import NetFile, ask
from cnnviz.engine.engine import Engine
from cnnviz.engine.net_files import write_net
from cnnviz.errors import UnknownName
from cnnviz.models.net_file import read_manifest
from cnnviz.reports.card import CARD_FILE, card_answers, card_text
from cnnviz.reports.html_report import run_html
from cnnviz.reports.notebook.build import run_notebook, run_script
from cnnviz.reports.notebook.net import START_FILE
from cnnviz.reports.numbers import history_csv, run_json, tables_zip
from cnnviz.reports.tensorboard import event_files
from cnnviz.runs.files import MODEL_FILE, dataset_facts, net_name, starting_net
from cnnviz.runs.records import Run
from cnnviz.runs.store import RunStore
from cnnviz.training.fine_tuning import fitted_net

Group = Literal["Report", "Net", "Make it again", "Numbers"]


@dataclass(frozen=True)
class Export:
    """A kind of file.

    Attributes
    ----------
    group : str
        Where it stands in the menu.
    title : str
    ending : str
        Of the file's name, "keras".
    help : str
        A line on what it is good for.
    write : callable
        (engine, run) -> content; raises a CnnvizError where it cannot be made.
    is_there : callable
        (store, run) -> whether the run has what it is made from.
    asks_worker : bool
        Whether a worker must be reached to make it.
    is_rare : bool
        Whether most runs never have it, so that a menu names it only where it is there.
    names_pictures : bool
        Whether it lists the files of a person's own images, which nobody else is shown.
    reads_images : bool
        Whether it is made from the images, so that it must be told where they are; it does not say so to others.
    """

    group: Group
    title: str
    ending: str
    help: str
    write: Callable[[Engine, Run], bytes]
    is_there: Callable[[RunStore, Run], bool]
    asks_worker: bool = True
    is_rare: bool = False
    names_pictures: bool = False
    reads_images: bool = False

    def is_for(self, run: Run, *, is_own: bool) -> bool:
        """Whether somebody may have it, whose own run it is or not."""
        return is_own or not self.names_pictures or run.config.dataset in DATASETS

    def missing(self, store: RunStore, run: Run, *, is_own: bool) -> str:
        """Why somebody cannot have it, whose own run it is or not; "" where they can."""
        if not self.is_there(store, run):
            return _WITHOUT[self.is_there]
        return "" if self.is_for(run, is_own=is_own) else OF_ITS_OWNER


def _has_model(store: RunStore, run: Run) -> bool:
    return store.has_file(run.id, MODEL_FILE) or bool(run.origin)


def _in_browser(store: RunStore, run: Run) -> bool:
    return _has_model(store, run) and store.published(run.id, net_name()) is not None


def _has_begun(store: RunStore, run: Run) -> bool:
    return not run.origin and bool(dataset_facts(store, run).classes)


def _has_card(store: RunStore, run: Run) -> bool:
    return store.has_file(run.id, CARD_FILE)


def _has_history(store: RunStore, run: Run) -> bool:
    return store.last_epoch(run.id) > 0


def _begins_with_net(_store: RunStore, run: Run) -> bool:
    return run.config.fine_tuning is not None


_WITHOUT: dict[Callable[[RunStore, Run], bool], str] = {
    _has_model: "There is no net yet: it is kept when the training ends.",
    _in_browser: "There is no net yet that browsers compute: only such a net can be written as ONNX.",
    _has_begun: "There is no training to make again: it has not begun, or the net was brought along.",
    _has_card: "No model card has been written yet: its owner writes it on the Runs page, under Model card.",
    _has_history: "No epoch has ended here yet.",
    _begins_with_net: "It began at random, with no net.",
}
"""What a run must have for an export -> why there is none where it has not."""
OF_ITS_OWNER = "It lists the files of its owner's own images, so only they can have it."


def _start(engine: Engine, run: Run) -> bytes:
    """The net that a run began with: the same layers, with the head that it had for its own classes."""
    start = starting_net(engine.store, run)
    if start is None:
        raise UnknownName(f"This run began at random, with no net. Expected: a fine-tuned one. Received: {run.name!r}.")
    num_classes = len(read_manifest(start)["classes"])
    return ask(engine, NetFile(fitted_net(run.architecture, num_classes), start), "without_optimizer")


def _card(engine: Engine, run: Run) -> bytes:
    text = card_text(engine.store, run)
    if not text:
        raise UnknownName(
            "This run has no model card yet: expected at least one answer. Write it on the Runs page, or print its "
            f"questions with python -m cnnviz card {run.id} > CARD.md, answer them in that file and keep them with "
            f"python -m cnnviz card {run.id} --from CARD.md. Received: {run.name!r}."
        )
    return text.encode()


def _html(engine: Engine, run: Run) -> bytes:
    return run_html(engine, run, card=card_answers(engine.store, run))


EXPORTS: dict[str, Export] = {
    "html": Export(
        "Report",
        "All of it as a page (.html)",
        "html",
        "Opens from a folder, without network or server, with the net alive in it; it can be printed.",
        _html,
        _has_model,
        reads_images=True,
    ),
    "card": Export(
        "Report",
        "Model card (.md)",
        "md",
        "What its owner has written about it, with what its test images show.",
        _card,
        _has_card,
        asks_worker=False,
    ),
    "keras": Export(
        "Net",
        "Net (.keras)",
        "keras",
        "Keras opens it, and so does the page Inside. It takes raw pixels: the scaling is its first layer.",
        partial(write_net, file_format="keras"),
        _has_model,
    ),
    "h5": Export(
        "Net",
        "Weights alone (.h5)",
        "weights.h5",
        "For the same net made in Keras: `model.load_weights`.",
        partial(write_net, file_format="h5"),
        _has_model,
    ),
    "onnx": Export(
        "Net",
        "Net for other programs (.onnx)",
        "onnx",
        "The format of PyTorch and others; Netron draws it. It takes raw pixels, too.",
        partial(write_net, file_format="onnx"),
        _in_browser,
    ),
    "start": Export(
        "Net",
        "Net that it began with (.keras)",
        START_FILE,
        "The notebook begins with it, too.",
        _start,
        _begins_with_net,
        is_rare=True,
    ),
    "notebook": Export(
        "Make it again",
        "Notebook (.ipynb)",
        "ipynb",
        "Jupyter and Colab run it: the same training in plain Keras, step by step, with words and figures.",
        run_notebook,
        _has_begun,
        names_pictures=True,
    ),
    "script": Export(
        "Make it again",
        "Python script (.py)",
        "py",
        "The same as the notebook, to run from a command line.",
        run_script,
        _has_begun,
        names_pictures=True,
    ),
    "csv": Export(
        "Numbers",
        "History, a row for each epoch (.csv)",
        "csv",
        "Metrics of each epoch, and norms of each layer.",
        lambda engine, run: history_csv(engine.store.curves(run.id)).encode(),
        _has_history,
        asks_worker=False,
    ),
    "json": Export(
        "Numbers",
        "Net, settings and all numbers (.json)",
        "json",
        "Also each batch, and what it answered to each test image.",
        lambda engine, run: run_json(engine.store, run).encode(),
        lambda _store, _run: True,
        asks_worker=False,
    ),
    "tables": Export(
        "Numbers",
        "All numbers as tables (.zip of .csv)",
        "zip",
        "Settings, epochs, batches, layers, answers to each test image, matrix, scores of each class.",
        lambda engine, run: tables_zip(engine.store, run),
        lambda _store, _run: True,
        asks_worker=False,
    ),
    "tensorboard": Export(
        "Numbers",
        "TensorBoard's files (.zip)",
        "tensorboard.zip",
        "Unpack it, then `tensorboard --logdir FOLDER`.",
        event_files,
        _has_history,
    ),
}
"""Name, as the command line has it -> what it is; in the order of the menu."""
