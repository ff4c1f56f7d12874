"""`inspect --fool` and `--maximise`: pictures that are made for a net."""

from argparse import Action, ArgumentParser, Namespace
from typing import Any

import numpy as np

from cnnviz.cli.answer import Answer, running_engine
from cnnviz.cli.attribution import class_index, given_settings
from cnnviz.cli.nets import NamedNet, find_net, read_picture
from cnnviz.cli.out_files import ending, write_arrays, write_file
from cnnviz.cli.printing import table
from cnnviz.cli.without_image import WithoutImage
from cnnviz.engine.ask import ask
from cnnviz.errors import InvalidConfig
from cnnviz.imaging.decode import encode_png
from cnnviz.inspection.image_makers import MAKERS, FooledImage, MaximizedImage


def add_maker_options(command: ArgumentParser, asked: Any, image: Action) -> None:
    """Declare what `make_image` reads, two of `asked`, but for the settings; `--maximise` leaves `image` out."""
    asked.add_argument("--fool", choices=("pixels", "step"), help="the smallest change that flips the answer")
    text = "make a picture that excites a unit of this layer"
    asked.add_argument("--maximise", metavar="LAYER", help=text, action=WithoutImage, image=image)
    command.add_argument("--target", metavar="C", help="of --fool: the class that it shall say; any other else")


def make_image(options: Namespace) -> Answer:
    """Make a picture, and keep it in `--out`: a .png of the picture itself, or an .npz with all numbers."""
    for name in ("of_class", "check", "layer"):
        if getattr(options, name):
            option = name.removeprefix("of_")
            raise InvalidConfig(f"--{option} is not for --fool and --maximise: leave it out. Received: --{option}.")
    if options.maximise:
        answer, arrays, picture = _maximise(options)
    else:
        answer, arrays, picture = _fool(options)
    if ending(options.out) == "png":
        write_file(options.out, encode_png(picture.squeeze(axis=-1) if picture.shape[-1] == 1 else picture))
    elif options.out:
        write_arrays(options.out, arrays)
    return answer


def _fool(options: Namespace) -> tuple[Answer, dict[str, Any], np.ndarray]:
    picture = read_picture(options.image)
    with running_engine() as engine:
        net = find_net(engine.store, options)
        asked = {"kind": options.fool, "target": class_index(options.target, net), "settings": given_settings(options)}
        found: FooledImage = ask(engine, net.subject, "fool", image=net.prepared(picture), **asked)
    change = found.change
    said = {
        "fooled": found.is_fooled,
        **_answers(found, net),
        "pixels": found.num_pixels,
        "size": found.size,
        "largest": int(np.abs(change).max()),
        "mean": float(np.abs(change).mean()),
    }
    maker = MAKERS[options.fool]
    small_steps = " Small steps often find more: --iterations 10." if options.fool == "step" else ""
    failed = "" if found.is_fooled else f"It was not fooled: the last try is shown.{small_steps}"
    text = "\n".join(
        filter(None, [maker.says, table([said]), failed, maker.caution, net.conversion(picture), net.note])
    )
    answer = Answer({"kind": options.fool, **said, "out": options.out, "note": net.note or None}, text)
    return answer, {"before": found.before, "change": change, "after": found.after}, found.after


def _answers(found: FooledImage, net: NamedNet) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for name, probabilities in (("before", found.probabilities_before), ("after", found.probabilities_after)):
        best = int(probabilities.argmax())
        said[name] = net.classes[best] if net.classes else str(best)
        said[f"{name}_probability"] = round(float(probabilities[best]), 6)
    return said


def _maximise(options: Namespace) -> tuple[Answer, dict[str, Any], np.ndarray]:
    asked = {"layer": options.maximise, "unit": options.unit or 0, "settings": given_settings(options)}
    with running_engine() as engine:
        net = find_net(engine.store, options)
        found: MaximizedImage = ask(engine, net.subject, "maximise", **asked)
    said = {
        "layer": found.layer,
        "unit": found.unit,
        "steps": len(found.activations) - 1,
        "activation_at_first": float(found.activations[0]),
        "activation": float(found.activations[-1]),
    }
    maker = MAKERS["maximise"]
    text = "\n".join(filter(None, [maker.says, table([said]), maker.caution, net.note]))
    answer = Answer({**said, "out": options.out, "note": net.note or None}, text)
    return answer, {"image": found.image, "activations": found.activations}, found.image
