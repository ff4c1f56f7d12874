"""`inspect --method`: what made a net say what it says of a picture."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Any

from cnnviz.cli.answer import Answer, running_engine
from cnnviz.cli.nets import NamedNet, find_net, read_picture
from cnnviz.cli.printing import table
from cnnviz.engine.engine import Engine
from cnnviz.engine.long.answers import finished
from cnnviz.engine.long.attribution import Why, attribute, check_deletion, check_randomisation
from cnnviz.errors import UnknownName
from cnnviz.inspection.attribution.methods import METHODS, Setting, find_method, method_settings
from cnnviz.inspection.attribution.results import Attribution
from cnnviz.text.units import probability_text


def add_method_options(command: ArgumentParser, number: Any) -> None:
    """Declare what `attribute` reads: the methods, and what can be set of them. `number` reads one from a text."""
    command.add_argument("--method", choices=list(METHODS), help="which parts of the picture speak for a class")
    command.add_argument("--class", dest="of_class", metavar="C", help="its name or number; the most probable one else")
    command.add_argument("--check", action="store_true", help="of --method: test its map, too")
    for name, (setting, titles) in _settings().items():
        help_text = f"of {', '.join(titles)}: {setting.title.lower()}; {setting.default} by default"
        kind = {"choices": setting.choices} if setting.choices else {"type": number, "metavar": "N"}
        command.add_argument(f"--{name}", help=help_text, **kind)


def given_method_options(options: Namespace) -> list[str]:
    """Names of the options that belong to a method, as far as they are given."""
    given = {"class": options.of_class, "check": options.check, **_given(options)}
    return [name for name, value in given.items() if value not in (None, False)]


def explain(options: Namespace) -> tuple[Answer, dict[str, Any]]:
    """Attribute what a net says of a picture to its parts; the arrays are what `--out` keeps."""
    picture = read_picture(options.image)
    settings = method_settings(options.method, _given(options))
    with running_engine() as engine:
        net = find_net(engine.store, options)
        of = _class_index(options.of_class, net)
        why = Why(net.prepared(picture), options.method, of, options.layer or "", settings)
        found = finished(attribute(engine, net.subject, why))
        checks = _checks(engine, net, why, found) if options.check else {}
    said = _facts(found, net.classes)
    method = find_method(options.method)
    lines = [
        f"{method.title}: {method.says}",
        table([said]),
        *(f"{name}: {value:.4f}" for name, value in found.facts.items()),
    ]
    sentences = [check.pop("sentence") for check in checks.values()]
    text = "\n".join(filter(None, [*lines, *sentences, method.caution, net.conversion(picture), net.note]))
    answer = {
        **said,
        **found.facts,
        "settings": settings,
        "checks": checks,
        "out": options.out,
        "note": net.note or None,
    }
    return Answer(answer, text), {"attribution": found.map, "attribution_channels": found.values}


def _checks(engine: Engine, net: NamedNet, why: Why, found: Attribution) -> dict[str, Any]:
    shuffled = finished(check_randomisation(engine, net.subject, why, found))
    alike = dict(zip(shuffled.layers, shuffled.correlations, strict=True))
    checks = {"randomisation": {"passes": shuffled.passes, "correlations": alike, "sentence": shuffled.sentence()}}
    if found.map.ndim == 2:
        baseline = "black" if net.style == "digit" else "mean"
        gone = finished(check_deletion(engine, net.subject, why, found, baseline))
        checks["deletion"] = {
            "passes": gone.passes,
            "area": gone.area,
            "random_areas": list(gone.random_areas),
            "probabilities": list(gone.probabilities),
            "sentence": gone.sentence(),
        }
    return checks


def _facts(found: Attribution, classes: Sequence[str]) -> dict[str, Any]:
    return {
        "method": found.method,
        "class": classes[found.class_index] if classes else str(found.class_index),
        "probability": probability_text(found.probability),
        "score": found.score,
        "layer": found.layer or "image",
        "shape": list(found.map.shape),
        "min": float(found.map.min()),
        "max": float(found.map.max()),
    }


def _class_index(name: str | None, net: NamedNet) -> int | None:
    if name is None:
        return None
    if name in net.classes:
        return list(net.classes).index(name)
    if name.isdecimal():
        return int(name)
    raise UnknownName.among("class", name, list(net.classes))


def _settings() -> dict[str, tuple[Setting, list[str]]]:
    """The settings of all methods by name, each with the titles of the methods that have it."""
    found: dict[str, tuple[Setting, list[str]]] = {}
    for method in METHODS.values():
        for setting in method.settings:
            found.setdefault(setting.name, (setting, []))[1].append(method.title)
    return found


def _given(options: Namespace) -> dict[str, Any]:
    return {name: value for name in _settings() if (value := getattr(options, name)) is not None}
