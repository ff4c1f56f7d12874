"""Every error that a user can cause or has to know of.

CnnvizError
|-- InvalidInput            the user gave something that cannot be used
|   |-- UnknownName         a preset, data set, run ... that does not exist
|   |-- InvalidImage        not an image, truncated, too small, too large
|   |-- InvalidKernel       not a grid of finite numbers
|   |-- InvalidArchitecture not a net, or one that shrinks to nothing
|   |-- InvalidConfig       a training setting out of its range
|   |   `-- TrainingBusy    another training of this visitor still runs
|   |-- InvalidDataset      a folder or zip that holds no usable images
|   |-- InvalidModel        a file that is no Keras model, or one that cannot be shown
|   |-- InvalidLink         a query string that restores nothing
|   `-- InputWanted         nothing is wrong: something is still to be given
|-- NotAllowed              something that belongs to another visitor
|-- NotInBrowser            a net that the browser cannot compute; a worker can
|-- DatasetUnavailable      a download that did not work
|-- TrainingFailed          a training that ended without a usable net (NaN loss ...)
|-- WorkerLost              the worker died more often than a run is restarted
|-- EngineUnavailable       no worker answers
|-- UnexpectedFailure       a worker met an error that is ours
`-- StoreUnavailable        the run store cannot be read or written

A message is one sentence or two: what, what was expected, how to fix it, and "Received: ...".
"""

from typing import Any


class CnnvizError(Exception):
    """Base of all errors whose message is meant for the person at the screen."""


class InvalidInput(CnnvizError):
    """The user gave something that cannot be used."""


class UnknownName(InvalidInput):
    """A name that is in no registry."""

    @classmethod
    def among(cls, what: str, received: str, known: list[str]) -> "UnknownName":
        """Build the usual message: which kind of name, what was received, which exist."""
        return cls(f"There is no {what} named {received!r}. Use one of: {', '.join(sorted(known))}.")


class InvalidImage(InvalidInput):
    """A picture that cannot be decoded or used."""


class InvalidKernel(InvalidInput):
    """A kernel that is not a grid of finite numbers."""


class InvalidArchitecture(InvalidInput):
    """A net that cannot exist.

    Parameters
    ----------
    problem : str
        One sentence: what is wrong.
    remedy : str
        How to fix it, and what was received. The message is both.
    layer : tuple of int, optional
        Path of the layer concerned (see `cnnviz.architecture.spec.paths`).
    fix : Fix, optional
        The repaired net with its label (`cnnviz.architecture.editing.repair`).
    """

    def __init__(
        self, problem: str = "", remedy: str = "", *, layer: tuple[int, ...] | None = None, fix: Any = None
    ) -> None:
        super().__init__(f"{problem} {remedy}".strip())
        self.problem = problem
        self.layer = layer
        self.fix = fix


class InvalidConfig(InvalidInput):
    """A training setting out of its range."""


class TrainingBusy(InvalidConfig):
    """Another training of this visitor still runs, that of the run with this id and name."""

    def __init__(self, message: str, *, run_id: str, name: str) -> None:
        super().__init__(message)
        self.run_id = run_id
        self.name = name


class InvalidDataset(InvalidInput):
    """A folder or archive that holds no usable images."""


class InvalidModel(InvalidInput):
    """A file that is no usable Keras model."""


class InvalidLink(InvalidInput):
    """A link whose query string cannot be understood."""


class InputWanted(InvalidInput):
    """Something that the user has yet to give; said as a hint, not as an error."""


class NotAllowed(CnnvizError):
    """Something that belongs to another visitor, who did not share it, or only to be looked at."""


class NotInBrowser(CnnvizError):
    """A net that the browser cannot compute, so that a worker has to answer; `kind` is that of the layer it lacks."""

    def __init__(self, message: str = "", *, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind


class DatasetUnavailable(CnnvizError):
    """Images or pretrained weights that could not be fetched."""


class TrainingFailed(CnnvizError):
    """A training that ended without a usable net.

    `divergence` says where the loss went beyond all bounds (`cnnviz.training.events.Divergence`), None if it did not.
    """

    def __init__(self, message: str = "", *, divergence: Any = None) -> None:
        super().__init__(message)
        self.divergence = divergence


class WorkerLost(CnnvizError):
    """The worker died more often than a run is restarted."""


class EngineUnavailable(CnnvizError):
    """No worker answers."""


class StoreUnavailable(CnnvizError):
    """The run store cannot be read or written."""


class UnexpectedFailure(CnnvizError):
    """A worker met an error that nobody foresaw; its traceback is in the worker's log."""


def words_of(error: BaseException, most: int = 300) -> str:
    """What an error of others says, in one line: its type is a programmer's word and is left to the log."""
    return " ".join(str(error).split())[:most].rstrip(". ") or "no reason was given"
