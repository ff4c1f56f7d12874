"""The net that a command is about: of a run, or in a file that was made elsewhere."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from cnnviz.architecture.spec import Architecture
from cnnviz.cli.answer import read_file
from cnnviz.engine.ask import NetFile, RunModel
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
    return decode_image(read_file(path, InvalidImage)).image


def add_net_options(command: ArgumentParser) -> None:
    """Declare what `find_net` reads."""
    command.add_argument("model", metavar="RUN|MODEL.keras|.h5|.onnx")
    command.add_argument("--scaling", choices=list(SCALINGS), help="how the net of a file takes its pixels")
    command.add_argument("--classes", metavar="A,B,...", help="names of the classes of the net of a file, or a file")


def find_net(store: RunStore, options: Namespace) -> NamedNet:
    """Give the net that the options name; raises UnknownName, InvalidModel or InvalidConfig."""
    is_file = bool(Path(options.model).suffix) or Path(options.model).exists()  # the id of a run has no ending
    if is_file:
        return _in_file(options)
    for name in ("scaling", "classes"):
        if given := getattr(options, name):
            raise InvalidConfig(
                f"--{name} is for files: the net of a run knows its own. Leave it out. Received: {given}."
            )
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
