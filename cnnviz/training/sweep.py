"""A sweep: a planned set of trainings, each a point with its own net and settings. Pure; `engine.sweeps` runs them.

The functions here make sweeps of one kind each: over values of settings, over seeds, over amounts of data, over nets.
Where each point is trained from several seeds, all points get the first seed before any gets the second, so that a
sweep that is stopped half way has something to say about all of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.registry import describe
from cnnviz.errors import InvalidConfig
from cnnviz.text.units import count_text
from cnnviz.training.config import TrainingConfig, load_options, make_config
from cnnviz.training.duration.forecast import fit_net
from cnnviz.training.sweep_settings import SETTINGS, get_setting, title_of, values_text, with_value

MAX_POINTS = 100
MAX_SETTINGS = 2
MAX_NAME = 80  # of a run
SETTINGS_KIND, SEEDS_KIND, DATA_KIND, NETS_KIND = "settings", "seeds", "data", "nets"


@dataclass(frozen=True)
class SweepPoint:
    """One training of a sweep.

    `values` are what sets it apart from the others, by name: settings ("learning_rate", "seed" ...) or the "net".
    `name` is that of its run.
    """

    values: dict[str, Any] = field(hash=False)
    architecture: Architecture
    config: TrainingConfig
    name: str


@dataclass(frozen=True)
class Sweep:
    """A planned set of trainings, in the order in which they run; `kind` is "settings", "seeds", "data" or "nets"."""

    title: str
    kind: str
    points: tuple[SweepPoint, ...]


def settings_sweep(
    architecture: Architecture,
    config: TrainingConfig,
    settings: Mapping[str, Sequence[Any]],
    *,
    num_seeds: int = 1,
    title: str = "",
) -> Sweep:
    """Plan a training for each combination of the values of one or two settings.

    Parameters
    ----------
    architecture, config
        What all points begin with.
    settings : mapping of str to sequence
        Values by the name of a setting (`sweep_settings.SETTINGS`).
    num_seeds : int
        How often each combination is trained, from seeds that follow that of `config`.
    title : str
        By default the net and the settings.

    Raises
    ------
    InvalidConfig
        None or more than two settings, no values, too many points, or a value that is out of its range.
    UnknownName
        There is no such setting.
    InvalidArchitecture
        A value makes a net that is none, or that does not suit the images.
    """
    if not 1 <= len(settings) <= MAX_SETTINGS:
        raise InvalidConfig(
            f"A sweep varies one or two settings, such as learning_rate and batch_size. Received: {len(settings)}."
        )
    for name, values in settings.items():
        if not values:
            raise InvalidConfig(f"{get_setting(name).title}: a sweep needs values. Give one or more. Received: none.")
    seeds = _seeds(config, num_seeds, "seed" in settings)
    num_points = len(seeds)
    for values in settings.values():
        num_points *= len(values)
    require_size(num_points)
    available = describe(config.dataset, **load_options(config, architecture.input_shape)).num_train
    if max(settings.get("limit", (0,))) > available:
        received = f"{max(settings['limit']):,}"
        raise InvalidConfig(
            f"There are {available:,} images to learn from. Choose amounts up to that. Received: {received}."
        )
    points = []
    for seed, *chosen in product(seeds, *settings.values()):
        net, own = architecture, config
        for name, value in zip(settings, chosen, strict=True):
            net, own = with_value(net, own, name, value)
        told = dict(zip(settings, chosen, strict=True))
        points.append(_point(net, own, told, seed=seed, is_repeated=len(seeds) > 1))
    what = " × ".join(title_of(name).lower() for name in settings)
    return _sweep(title or f"{architecture.name}: {what}", SETTINGS_KIND, points)


def seeds_sweep(
    runs: Sequence[tuple[Architecture, TrainingConfig, str]], num_seeds: int, *, first_seed: int = 0, title: str = ""
) -> Sweep:
    """Plan each of some trainings from the same seeds, so that chance can be told from what is better.

    Parameters
    ----------
    runs : sequence of (architecture, config, name)
        The seed of `config` does not count.
    num_seeds : int
        Seeds for each, from `first_seed` on.

    Raises
    ------
    InvalidConfig
        There is nothing to train, or too much.
    """
    if not runs or num_seeds < 1:
        received = f"{count_text(len(runs), 'net')} from {count_text(num_seeds, 'seed')}"
        raise InvalidConfig(f"A sweep over seeds needs a net and at least one seed. Received: {received}.")
    require_size(len(runs) * num_seeds)
    names = _distinct([name for _, _, name in runs])
    points = [
        _point(net, config, {"net": name}, seed=seed, is_repeated=True, base=name)
        for seed in range(first_seed, first_seed + num_seeds)
        for (net, config, _), name in zip(runs, names, strict=True)
    ]
    return _sweep(title or f"{' and '.join(names)}: {count_text(num_seeds, 'seed')}", SEEDS_KIND, points)


def data_sweep(
    architecture: Architecture,
    config: TrainingConfig,
    amounts: Sequence[int],
    *,
    num_seeds: int = 1,
    title: str = "",
) -> Sweep:
    """Plan a training for each number of training images; the test images stay the same.

    Raises
    ------
    InvalidConfig
        There are no amounts, fewer than 10 images, more than there are, or too many points.
    """
    name = title or f"{architecture.name}: accuracy against amount of data"
    planned = settings_sweep(architecture, config, {"limit": amounts}, num_seeds=num_seeds, title=name)
    return Sweep(planned.title, DATA_KIND, planned.points)


def nets_sweep(presets: Sequence[str], *, num_seeds: int = 1, title: str = "", **settings: Any) -> Sweep:
    """Plan a training of each of some presets by their own settings.

    Parameters
    ----------
    presets : sequence of str
        Their names.
    num_seeds : int
        How often each is trained.
    **settings
        Fields of a training configuration that count instead of the presets' own, as other images: each net is
        brought into their form.

    Raises
    ------
    UnknownName, InvalidConfig, InvalidArchitecture, InvalidDataset
        There is no such preset, a setting is out of its range, or a net does not suit the images.
    """
    if not presets:
        raise InvalidConfig("A sweep over nets needs at least one net. Received: none.")
    require_size(len(presets) * max(1, num_seeds))
    chosen = [get_preset(name) for name in presets]
    configs = [make_config({"dataset": one.dataset, **one.config, **settings}) for one in chosen]
    points = [
        _point(
            one.architecture,
            config,
            {"net": one.name},
            seed=config.seed + turn,
            is_repeated=num_seeds > 1,
            base=one.name,
        )
        for turn in range(max(1, num_seeds))
        for one, config in zip(chosen, configs, strict=True)
    ]
    images = " and ".join(dict.fromkeys(describe(config.dataset).title for config in configs))
    return _sweep(title or f"{count_text(len(presets), 'net')} on {images}", NETS_KIND, points)


def require_size(num_points: int) -> None:
    """Raise InvalidConfig for a sweep of more trainings than one may have."""
    if num_points > MAX_POINTS:
        raise InvalidConfig(
            f"A sweep has at most {MAX_POINTS} points, one training each. Give fewer values or seeds. "
            f"Received: a sweep of {num_points:,} points."
        )


def _seeds(config: TrainingConfig, num_seeds: int, is_setting: bool) -> tuple[int, ...]:
    if num_seeds < 1:
        raise InvalidConfig(f"A sweep trains each point from at least one seed. Received: {num_seeds} seeds.")
    if is_setting and num_seeds > 1:
        raise InvalidConfig(
            f"The seed is one of the settings already. Choose one seed for each point. Received: {num_seeds} seeds."
        )
    return tuple(range(config.seed, config.seed + num_seeds)) if not is_setting else (config.seed,)


def _point(
    net: Architecture,
    config: TrainingConfig,
    values: Mapping[str, Any],
    *,
    seed: int,
    is_repeated: bool,
    base: str = "",
) -> SweepPoint:
    """Make a point, its net in the form of the images; raises where that cannot be."""
    own = config if "seed" in values else make_config({**config.model_dump(), "seed": seed})
    told = {**values, **({"seed": seed} if is_repeated else {})}
    if own.fine_tuning is not None:
        raise InvalidConfig(
            "A sweep trains nets from scratch. Choose a net that does not begin with another one's weights. "
            f"Received: {base or net.name}, which begins with {own.fine_tuning.name}."
        )
    net = fit_net(net, own, describe(own.dataset, **load_options(own, net.input_shape)))
    settings = values_text([(name, value) for name, value in told.items() if name in SETTINGS])
    name = ", ".join(filter(None, (base or net.name, settings)))
    return SweepPoint(told, net, own, name[:MAX_NAME])


def _distinct(names: Sequence[str]) -> list[str]:
    turns = [names[: place + 1].count(name) for place, name in enumerate(names)]
    return [name if turn == 1 else f"{name} ({turn})" for name, turn in zip(names, turns, strict=True)]


def _sweep(title: str, kind: str, points: Iterable[SweepPoint]) -> Sweep:
    return Sweep(title[:MAX_NAME], kind, tuple(points))
