"""A training that begins with a net that its visitor has: brought along, or trained here before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cnnviz.access.visitor import Visitor
from cnnviz.architecture.analysis.graph import trace
from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.registry import describe
from cnnviz.engine.browser_nets import net_of_run
from cnnviz.engine.engine import Engine
from cnnviz.engine.own_nets import OwnNet, num_answers, read_report
from cnnviz.errors import InvalidConfig, InvalidModel
from cnnviz.evaluation.class_match import match_classes
from cnnviz.models.net_file import LACKING, read_manifest
from cnnviz.runs.permitted import require_changeable, tuned_name
from cnnviz.runs.records import Run
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig, load_options, make_config
from cnnviz.training.duration.forecast import image_counts
from cnnviz.training.fine_tuning import check_room, fitted_net

ONLY_FROM_SCRATCH = "Open it on the Architecture page to train its layers from scratch."


@dataclass(frozen=True)
class StartingNet:
    """A net to begin a training with: its spec, its file for browsers, its name, and the run that it is of, if any."""

    architecture: Architecture
    net: bytes = field(repr=False)
    name: str
    run_id: str = ""

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of its classes."""
        return tuple(read_manifest(self.net)["classes"])


def fine_tune(engine: Engine, start: StartingNet, config: TrainingConfig, *, by: Visitor) -> Run:
    """Train a net on from the weights that it has, in a new run of the visitor's; returns at once.

    Parameters
    ----------
    engine : Engine
    start : StartingNet
        Its size and scaling of pixels are kept: the images are brought into its size.
    config : TrainingConfig
        With `fine_tuning`, which says what is frozen (see `training.fine_tuning.frozen_layers`) and whether the layer
        with a unit for each class begins anew.
    by : Visitor

    Returns
    -------
    Run
        Queued; named "... (fine-tuned)".

    Raises
    ------
    InvalidInput
        The head is to be kept, and there are more or fewer classes than the net has.
    InvalidArchitecture
        It does not end in a layer with a unit or a map for each class.
    InvalidConfig
        The images take too much memory in its size; and as `Engine.train`.
    """
    config = tuned_from(config, start.name, run_id=start.run_id)
    net = net_for_images(start.architecture, start.classes, config)
    return engine.train(net, config, by=by, name=tuned_name(start.name), start=start.net)


def tuned_from(config: TrainingConfig, name: str, *, run_id: str = "", **choices: Any) -> TrainingConfig:
    """Give the settings of a training that begins with a net; `choices` are `frozen` and `head`."""
    known = config.fine_tuning.model_dump() if config.fine_tuning else {}
    return make_config({**config.model_dump(), "fine_tuning": {**known, **choices, "run": run_id, "name": name}})


def net_for_images(architecture: Architecture, classes: Sequence[str], config: TrainingConfig) -> Architecture:
    """Give a net an output for each class of the images of a training; raises as `fine_tune`."""
    info = describe(config.dataset, **load_options(config, architecture.input_shape))
    if config.fine_tuning is not None and config.fine_tuning.head == "kept":
        match_classes(classes, info.classes)
    net = fitted_net(architecture, len(info.classes))
    if not info.free_size:
        num_images = sum(image_counts(config, info))
        check_room(num_images, info.image_shape, net.input_shape)
    return net


def start_of_run(engine: Engine, run_id: str, *, by: Visitor) -> StartingNet:
    """Give the net of a run of the visitor's own.

    Raises
    ------
    UnknownName, NotAllowed
        There is no such run for this visitor, or it is somebody else's.
    InvalidModel, InvalidConfig
        It cannot be trained on, see `require_start`.
    EngineUnavailable
        A worker has to write it, and none answers in time.
    """
    run = require_start(engine.store, run_id, by)
    return StartingNet(run.architecture, engine.store.load_published(net_of_run(engine, run)), run.name, run.id)


def start_in_file(brought: OwnNet) -> StartingNet:
    """Give a net that is in no run; raises InvalidModel where it cannot be trained on."""
    _require_whole(brought.architecture, brought.report)
    return StartingNet(brought.architecture, brought.net, brought.name)


def require_start(store: RunStore, run_id: str, by: Visitor) -> Run:
    """Give a run of the visitor's own whose net can be trained on.

    Raises
    ------
    UnknownName, NotAllowed
        As `start_of_run`.
    InvalidConfig
        It has left no net.
    InvalidModel
        A part of the net is missing here, so that it has no head, or it is a pretrained one that no browser is given.
    """
    require_changeable(store, run_id, by)
    run = store.get(run_id)
    if not (run.status.has_model and run.metrics):
        raise InvalidConfig(f"The run {run.name!r} has left no net yet. Wait until it has ended, or choose another.")
    _require_whole(run.architecture, read_report(store, run_id))
    return run


def _require_whole(architecture: Architecture, report: dict[str, Any]) -> None:
    until = report.get("followed_to")
    if until:
        missing: dict[str, Any] = next((line for line in report["layers"] if line["name"] == until), {})
        raise InvalidModel(
            f"This net cannot be fine-tuned: its layer {until!r} is not shown here, so its end is missing. "
            f"{ONLY_FROM_SCRATCH} Received: {missing.get('operation', 'an unknown layer')}."
        )
    if not num_answers(architecture):
        raise InvalidModel(
            f"This net cannot be fine-tuned: it ends with maps, so it has no head to replace. {ONLY_FROM_SCRATCH}"
        )
    lacking = next((node for node in trace(architecture)[0] if node.layer.kind in LACKING), None)
    if lacking is not None:
        raise InvalidModel(
            f"This net cannot be fine-tuned here: it holds {LACKING[lacking.layer.kind]} as a whole. Set on "
            "the Architecture page whether it learns, and train it again."
        )
