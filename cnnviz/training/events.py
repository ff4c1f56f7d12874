"""What a training tells of itself while it runs, as data, and how that travels. Pure.

A worker sends each event as plain data (`pack`), because Dask logs nothing else; the server makes an `Envelope` of it
again (`unpack`) and refuses what it does not know. What is kept in the store is read with more patience
(`from_stored`): an older version may have written it.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, Protocol, TypeVar, get_type_hints

from pydantic import Field, TypeAdapter, ValidationError

from cnnviz.errors import UnexpectedFailure

OPTIMIZER_PREFIX = "optimizer_"
"""Of the names of the optimizer's arrays in a checkpoint."""

Count = Annotated[int, Field(ge=0)]


class Dataclass(Protocol):
    """Any dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


D = TypeVar("D", bound=Dataclass)


@dataclass(frozen=True)
class DatasetFacts:
    """What a run knows of its images without reading them again; empty until its training has begun.

    Attributes
    ----------
    classes : tuple of str
        Name of each label, in the order of the labels.
    image_shape : (height, width, channels)
        Of the images as the net is given them; all 0 where it is not known.
    num_train, num_validation, num_test : int
        Images to learn from, set aside or brought along to validate on (0: the test part is), and of the test part.
    input_style : "digit" or "photo"
        How a picture of one's own is brought into the form of these images (`imaging.preprocess.prepare`).
    notes : tuple of str
        What was left out while reading, one sentence each.
    """

    classes: tuple[str, ...] = ()
    image_shape: tuple[Count, Count, Count] = (0, 0, 0)
    num_train: Count = 0
    num_validation: Count = 0
    num_test: Count = 0
    input_style: Literal["digit", "photo"] = "photo"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Divergence:
    """Where the loss of a training went beyond all bounds, counted from 1; `loss` None: it is no number any more."""

    epoch: Count = 0
    batch: Count = 0
    loss: Annotated[float, Field(allow_inf_nan=False)] | None = None

    def __str__(self) -> str:
        value = "NaN (not a number)" if self.loss is None else f"{self.loss:.2g}"
        return f"The loss became {value} in epoch {self.epoch}, batch {self.batch}"


@dataclass(frozen=True)
class Accepted:
    """A worker has begun with the run."""


@dataclass(frozen=True)
class Loading:
    """The images or pretrained weights are on their way: what is done now, and the share done, 0 to 1."""

    text: str
    share: float


@dataclass(frozen=True)
class Started:
    """The first step is about to come; `architecture` is the net as JSON, brought into the form of the images.

    `batch` are the batches of the next epoch that were done before.
    """

    device: str
    architecture: str
    num_batches: int
    epochs_done: int
    facts: DatasetFacts
    batch: int = 0


@dataclass(frozen=True)
class Points:
    """Metrics of the batches since the last ones of these, and where the run is (epoch and batch from 1)."""

    epoch: int
    batch: int
    points: list[dict[str, float]]


@dataclass(frozen=True)
class EpochEnded:
    """Metrics of an epoch (from 1), the work until its end in seconds, and its checkpoint, which does not travel."""

    epoch: int
    seconds: float
    metrics: dict[str, Any]
    checkpoint: bytes | None = None


@dataclass(frozen=True)
class Paused:
    """The run is held, or goes on after that."""

    is_held: bool


@dataclass(frozen=True)
class RateChanged:
    """Another base learning rate holds from the next step on."""

    learning_rate: float


Event = Accepted | Loading | Started | Points | EpochEnded | Paused | RateChanged

KINDS: dict[str, type[Event]] = {
    "accepted": Accepted,
    "loading": Loading,
    "started": Started,
    "points": Points,
    "epoch": EpochEnded,
    "paused": Paused,
    "rate": RateChanged,
}
_NAMES = {event: name for name, event in KINDS.items()}


@dataclass(frozen=True)
class Envelope:
    """An event with the run that it is of, and the key of the task that trains it."""

    run_id: str
    key: str
    event: Event


def pack(envelope: Envelope) -> dict[str, Any]:
    """Plain data of an event, for msgpack; a checkpoint is left behind."""
    event = envelope.event
    content = dict(vars(event))  # not `asdict`, which would copy every point
    content.pop("checkpoint", None)
    if isinstance(event, Started):
        content["facts"] = asdict(event.facts)
    return {"run": envelope.run_id, "key": envelope.key, "kind": _NAMES[type(event)], "content": content}


def unpack(sent: Mapping[str, Any]) -> Envelope:
    """Make an event of what `pack` gave; what Dask has added beside it, the worker's address, does not count.

    Raises UnexpectedFailure for an unknown kind, and for an unknown or missing field.
    """
    try:
        run_id, key, kind, content = (sent[name] for name in ("run", "key", "kind", "content"))
        event = KINDS[kind](**content)
    except (KeyError, TypeError) as error:
        raise UnexpectedFailure(
            f"An event of a worker is not understood ({error}). Use the same version of cnnviz on the server and on "
            f"all workers. Expected: one of {', '.join(KINDS)}, with its fields. Received: {str(dict(sent))[:200]}"
        ) from None
    if isinstance(event, Started):
        event = replace(event, facts=from_stored(DatasetFacts, event.facts))
    return Envelope(run_id, key, event)


def from_stored(kind: type[D], value: Any) -> D:
    """Make a dataclass of plain data: unknown names are dropped, what is missing or of a wrong type is the default."""
    kept = {}
    if isinstance(value, Mapping):
        for name, adapter in _adapters(kind).items():
            with suppress(ValidationError):
                if name in value:
                    kept[name] = adapter.validate_python(value[name])
    return kind(**kept)


@cache
def _adapters(kind: type) -> dict[str, TypeAdapter]:
    hints = get_type_hints(kind, include_extras=True)
    return {field.name: TypeAdapter(hints[field.name]) for field in fields(kind)}
