"""The net that a command is about: of a run, or in a file that was made elsewhere."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from cnnviz.architecture.spec import Architecture
from cnnviz.cli.answer import read_file
from cnnviz.engine.ask import NetFile, RunModel
from cnnviz.engine.fine_tuning import StartingNet, start_in_file, tuned_from
from cnnviz.engine.own_nets import input_style, no_answer, read_own_net, split_names, with_input
from cnnviz.errors import InvalidConfig, InvalidImage, InvalidModel
from cnnviz.imaging.conversion import conversion
from cnnviz.imaging.decode import decode_image
from cnnviz.imaging.preprocess import prepare
from cnnviz.models.foreign.scalings import SCALINGS
from cnnviz.models.net_file import read_manifest
from cnnviz.runs.files import dataset_facts
from cnnviz.runs.records import Run
from cnnviz.runs.store import RunStore
from cnnviz.text.markup import as_name
from cnnviz.text.numbers import with_plain_marks
from cnnviz.training.config import Frozen, TrainingConfig

ONLY_OF_FILES = "--{name} is for files: the net of a run knows its own. Leave it out. Received: {given}."


@dataclass(frozen=True)
class NamedNet:
    """A net to be asked: what names it for `ask`, its spec, classes and style of pictures, its run if it has one.

    `note` is what is to be said beside its answers.
    """

    subject: RunModel | NetFile
    architecture: Architecture
    classes: Sequence[str]
    style: Literal["digit", "photo"]
    run: Run | None = None
    note: str = ""

    def prepared(self, picture: np.ndarray) -> np.ndarray:
        """Bring a picture into form as drawings and uploads on the pages are, (height, width, channels) uint8."""
        shape = self.architecture.input_shape
        return prepare(picture, shape, style=self.style, is_photo=True, is_own=self.is_own).image

    def conversion(self, picture: np.ndarray) -> str:
        """Say what `prepared` does to a picture."""
        return conversion(picture, self.architecture.input_shape, style=self.style, is_own=self.is_own)

    @property
    def is_own(self) -> bool:
        """Whether it was made elsewhere."""
        return self.run is None or bool(self.run.origin)


def read_picture(path: str) -> np.ndarray:
    """Decode a picture; it is read before an engine starts, so that a slip in its name is said at once."""
    data = read_file(path, InvalidImage)
    try:
        return decode_image(data).image
    except InvalidImage as error:
        raise InvalidImage(f"{as_name(path)}: {error}") from error


def add_net_options(command: ArgumentParser) -> None:
    """Declare what `find_net` reads."""
    command.add_argument("model", metavar="RUN|MODEL.keras|.h5|.onnx")
    command.add_argument(
        "--scaling", type=with_plain_marks, choices=list(SCALINGS), help="how the net of a file takes its pixels"
    )
    command.add_argument("--classes", metavar="A,B,...", help="names of the classes of the net of a file, or a file")


def add_start_options(command: ArgumentParser, net: Any) -> None:
    """Declare what `read_start` reads; `net` are the options of which one names the net of a training."""
    net.add_argument("--from", dest="start", metavar="RUN|MODEL.keras|.h5|.onnx", help="learn on from its weights")
    command.add_argument("--freeze", choices=get_args(Frozen), help="what does not learn of the net of --from")
    command.add_argument("--keep-head", action="store_true", help="of the net of --from, where its classes fit")
    command.add_argument("--scaling", choices=list(SCALINGS), help="how the net of a file takes its pixels")


def read_start(options: Namespace) -> StartingNet | None:
    """Give the net of a file that a training begins with; None where it begins anew, or with the net of a run.

    Raises
    ------
    InvalidModel, InvalidConfig
        The file cannot be used, or an option belongs to another kind of training.
    """
    is_file = options.start is not None and _is_file(options.start)
    given = {"freeze": options.freeze, "keep-head": options.keep_head, "scaling": options.scaling}
    for name in filter(given.get, given):
        if options.start is None:
            raise InvalidConfig(f"--{name} is for a net that learns on: name it with --from. Received: --{name}.")
        if name == "scaling" and not is_file:
            raise InvalidConfig(ONLY_OF_FILES.format(name=name, given=given[name]))
    if not is_file:
        return None
    found = read_own_net(read_file(options.start, InvalidModel), file_name=Path(options.start).name)
    return start_in_file(with_input(found, scaling=SCALINGS[options.scaling]) if options.scaling else found)


def start_settings(options: Namespace, config: TrainingConfig) -> TrainingConfig:
    """Add what is frozen, and what becomes of the head, to the settings of a training."""
    choices = {"frozen": options.freeze or "all-but-the-head", "head": "kept" if options.keep_head else "new"}
    return tuned_from(config, Path(options.start).stem, **choices)


def _is_file(name: str) -> bool:
    return bool(Path(name).suffix) or Path(name).exists()  # the id of a run has no ending


def find_net(store: RunStore, options: Namespace) -> NamedNet:
    """Give the net that the options name; raises UnknownName, InvalidModel or InvalidConfig."""
    if _is_file(options.model):
        return _in_file(options)
    for name in ("scaling", "classes"):
        if given := getattr(options, name):
            raise InvalidConfig(ONLY_OF_FILES.format(name=name, given=given))
    run = store.get(options.model)
    facts = dataset_facts(store, run)
    return NamedNet(RunModel(run.id), run.architecture, facts.classes, facts.input_style, run)


def _in_file(options: Namespace) -> NamedNet:
    names = options.classes or ""
    if names and Path(names).is_file():
        names = read_file(names, InvalidConfig).decode("utf-8", errors="replace")
    found = read_own_net(
        read_file(options.model, InvalidModel), file_name=Path(options.model).name, classes=split_names(names)
    )
    note = "" if options.scaling else f"{found.report['scaling_reason']} Say another with --scaling."
    if options.scaling:
        found = with_input(found, scaling=SCALINGS[options.scaling])
    architecture, classes = found.architecture, read_manifest(found.net)["classes"]
    note = " ".join(filter(None, [found.report["note"], "" if classes else no_answer(found.report), note]))
    return NamedNet(NetFile(architecture, found.net), architecture, classes, input_style(architecture), note=note)
