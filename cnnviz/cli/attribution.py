"""`inspect --method`: what made a net say what it says of a picture."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnviz.architecture.layer_titles import layer_titles
from cnnviz.cli.answer import Answer, running_engine
from cnnviz.cli.nets import NamedNet, find_net, read_picture
from cnnviz.cli.printing import say, table
from cnnviz.engine.engine import Engine
from cnnviz.engine.long.answers import finished
from cnnviz.engine.long.attribution import Why, attribute, check_deletion, check_randomisation
from cnnviz.errors import InvalidInput, UnknownName
from cnnviz.inspection.attribution.methods import METHODS, Method, Setting, find_method, method_settings
from cnnviz.inspection.attribution.results import Attribution, Deletion, Randomisation, named_arrays, zero_text
from cnnviz.inspection.image_makers import MAKERS, Maker
from cnnviz.plots.attributions import as_map, draw_attributions, what_speaks_for

ALL = "all"


def add_method_options(command: ArgumentParser, asked: Any, number: Any) -> None:
    """Declare what `explain` reads: the methods, one of `asked`, and their settings. `number` reads one from a text."""
    asked.add_argument("--method", choices=[*METHODS, ALL], help="which parts of the picture speak for a class")
    command.add_argument("--class", dest="of_class", metavar="C", help="its name or number; the most probable one else")
    command.add_argument("--check", action="store_true", help="of --method: test its map, too")
    for name, settings in _settings().items():
        setting = settings[0][1]
        help_text = "; ".join(f"of {title}: {one.title.lower()}, {_default(one)} by default" for title, one in settings)
        kind = {"choices": setting.choices} if setting.choices else {"type": number, "metavar": "N"}
        command.add_argument(f"--{name}", help=help_text, **kind)


def _default(setting: Setting) -> str:
    """What is taken where nothing is given: of the size of a step that which just flips the answer."""
    return "the smallest that is found" if setting.name == "size" else str(setting.default)


def given_method_options(options: Namespace) -> list[str]:
    """Names of the options that belong to a method, as far as they are given."""
    given = {"class": options.of_class, "check": options.check, **given_settings(options)}
    return [name for name, value in given.items() if value not in (None, False)]


@dataclass(frozen=True, eq=False)
class Explained:
    """What the methods gave: what is said of it, the arrays for an .npz, and the figure, "svg" or "png"."""

    answer: Answer
    arrays: dict[str, np.ndarray]
    draw: Callable[[str], bytes]


@dataclass(frozen=True, eq=False)
class _Found:
    """Of one method, with the settings that it was asked with, and its checks by name, if they were asked for."""

    attribution: Attribution
    settings: dict[str, Any]
    checks: dict[str, Deletion | Randomisation]


def explain(options: Namespace) -> Explained:
    """Attribute what a net says of a picture to its parts, by one method or by all that make sense for the net."""
    picture = read_picture(options.image)
    found, left_out = [], {}
    with running_engine() as engine:
        net = find_net(engine.store, options)
        image = net.prepared(picture)
        for name in METHODS if options.method == ALL else [options.method]:
            try:
                found.append(_ask(engine, net, image, name, options))
                if options.method == ALL:
                    say(f"{find_method(name).title} is there")
            except InvalidInput as error:
                if options.method != ALL or isinstance(error, UnknownName):
                    raise
                left_out[name] = str(error)
    if not found:
        raise InvalidInput(next(iter(left_out.values())))
    maps = [one.attribution for one in found]
    titles = layer_titles(net.architecture)
    figure = [as_map(one.attribution, titles, list(one.checks.values())) for one in found]
    rows = [_facts(one.attribution, net.classes) for one in found]
    lines = [table(rows), *(line for one in found for line in _sentences(one, is_alone=options.method != ALL))]
    lines += [f"{find_method(name).title}: {reason}" for name, reason in left_out.items()]
    text = "\n".join(filter(None, [*lines, net.conversion(picture), net.note]))
    answers = [_as_answer(one, row) for one, row in zip(found, rows, strict=True)]
    shared = {"out": options.out, "note": net.note or None}
    by_name = {one.attribution.method: answer for one, answer in zip(found, answers, strict=True)}
    data = {"methods": by_name, "left_out": left_out} if options.method == ALL else answers[0]
    heading = what_speaks_for(maps[0], net.classes)
    alone = {"image": image, "attribution": maps[0].map, "attribution_channels": maps[0].values}
    return Explained(
        Answer({**data, **shared}, text),
        named_arrays(image, maps) if options.method == ALL else alone,
        lambda ending: draw_attributions(image, figure, heading, ending=ending),
    )


def _ask(engine: Engine, net: NamedNet, image: np.ndarray, name: str, options: Namespace) -> _Found:
    given, method = given_settings(options), find_method(name)
    if options.method == ALL:  # each takes what it has
        given = {key: value for key, value in given.items() if key in [one.name for one in method.settings]}
    settings = method_settings(name, given)
    layer = "" if options.method == ALL and method.about == "pixels" else options.layer or ""
    why = Why(image, name, class_index(options.of_class, net), layer, settings)
    found = finished(attribute(engine, net.subject, why))
    checks: dict[str, Deletion | Randomisation] = {}
    if options.check:
        checks["randomisation"] = finished(check_randomisation(engine, net.subject, why, found))
        if found.map.ndim == 2:
            baseline = "black" if net.style == "digit" else "mean"
            checks["deletion"] = finished(check_deletion(engine, net.subject, why, found, baseline))
    return _Found(found, settings, checks)


def _sentences(one: _Found, *, is_alone: bool) -> list[str]:
    """What is said of a method below its numbers."""
    method, facts = find_method(one.attribution.method), one.attribution.facts
    checks = [*filter(None, [zero_text(one.attribution)]), *(check.sentence() for check in one.checks.values())]
    if not is_alone:
        return [f"{method.title}: {' '.join(checks)}"] if checks else []
    numbers = [f"{name}: {value:.4f}" for name, value in facts.items()]
    return [f"{method.title}: {method.says}", *numbers, *checks, method.caution]


def _as_answer(one: _Found, row: dict[str, Any]) -> dict[str, Any]:
    checks: dict[str, Any] = {}
    for name, check in one.checks.items():
        checks[name] = {"passes": check.passes}
        if isinstance(check, Randomisation):
            checks[name]["correlations"] = dict(zip(check.layers, check.correlations, strict=True))
        else:
            areas = {"area": check.area, "random_areas": list(check.random_areas)}
            checks[name] |= {**areas, "probabilities": list(check.probabilities)}
    return {**row, **one.attribution.facts, "settings": one.settings, "checks": checks}


def _facts(found: Attribution, classes: Sequence[str]) -> dict[str, Any]:
    return {
        "method": found.method,
        "class": classes[found.class_index] if classes else str(found.class_index),
        "probability": round(found.probability, 6),
        "score": found.score,
        "layer": found.layer or "image",
        "shape": list(found.map.shape),
        "min": float(found.map.min()),
        "max": float(found.map.max()),
    }


def class_index(name: str | None, net: NamedNet) -> int | None:
    """Give a class by its name or number; None for None, raises UnknownName."""
    if name is None:
        return None
    if name in net.classes:
        return list(net.classes).index(name)
    if name.isdecimal():
        return int(name)
    raise UnknownName.among("class", name, list(net.classes))


def _settings() -> dict[str, list[tuple[str, Setting]]]:
    """The settings of all methods and makers by name, with the title of each that has it."""
    found: dict[str, list[tuple[str, Setting]]] = {}
    declared: list[Method | Maker] = [*METHODS.values(), *MAKERS.values()]
    for method in declared:
        for setting in method.settings:
            found.setdefault(setting.name, []).append((method.title, setting))
    return found


def given_settings(options: Namespace) -> dict[str, Any]:
    """Those settings of methods and makers that the options give."""
    return {name: value for name in _settings() if (value := getattr(options, name)) is not None}
