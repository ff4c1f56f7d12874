"""The command `inspect`: what the layers of a net make of an image, why it says what it says, what it has learned."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any

from cnnviz.cli.answer import Answer, running_engine
from cnnviz.cli.attribution import add_method_options, explain, given_method_options
from cnnviz.cli.embedding import add_embedding_options, embedding, neighbours
from cnnviz.cli.filters import add_filter_options, filters, top_images
from cnnviz.cli.made_images import add_maker_options, make_image
from cnnviz.cli.nets import add_net_options, find_net, read_picture
from cnnviz.cli.out_files import ending, write_arrays, write_file
from cnnviz.cli.printing import table
from cnnviz.engine.ask import ask
from cnnviz.errors import InvalidConfig, UnknownName
from cnnviz.inspection.maps import FeatureMaps
from cnnviz.plots.sheet import SHEETS

LOOKS = {"filters": filters, "top_images": top_images, "embedding": embedding, "neighbours": neighbours}
"""What answers, by the option that asks for it: an answer, and the arrays for `--out`. Without any it is the layers."""
ABOUT_NET = ("filters", "top_images", "embedding", "maximise")
OWNERS = {
    "unit": ("top_images", "maximise"),
    "target": ("fool",),
    "dimensions": ("embedding",),
    "perplexity": ("embedding",),
    "metric": ("neighbours",),
    "place": ("neighbours",),
}
"""Options that belong to one of others."""


def add_inspection_options(
    command: ArgumentParser, number: Callable[[str], float], whole_number: Callable[[str], int]
) -> None:
    """Declare what `inspect` reads; the readers make a number of a text."""
    add_net_options(command)
    image = command.add_argument("image", metavar="IMAGE", help="none where the net itself is asked about")
    command.add_argument("--layer", metavar="NAME", help="only this one")
    command.add_argument(
        "--out",
        metavar="FILE",
        help="keep numbers (.npz), a figure of a method (.png, .svg), a made picture (.png)",
    )
    asked = command.add_mutually_exclusive_group()
    add_method_options(command, asked, number)
    add_filter_options(asked, image)
    add_maker_options(command, asked, image)
    add_embedding_options(command, asked, image, number, whole_number)
    command.add_argument("--unit", type=whole_number, metavar="U", help="of --top-images and --maximise, from 0")


def inspect(options: Namespace) -> Answer:
    """Look into a net; `--out` is an .npz of the arrays, with a method a figure, with a made picture that picture."""
    _refuse_lone_options(options)
    if options.maximise or options.fool:
        _require_ending(options, "npz", "png")
        return make_image(options)
    if options.method:
        _require_ending(options, "npz", *SHEETS)
        explained = explain(options)
        if ending(options.out) in SHEETS:
            write_file(options.out, explained.draw(ending(options.out)))
        elif options.out:
            write_arrays(options.out, explained.arrays)
        return explained.answer
    if ending(options.out) in SHEETS:
        raise InvalidConfig(
            "A figure shows what a method says: name one, or all of them, with --method. Other numbers are kept as "
            f".npz. Received: --out {options.out}"
        )
    _require_ending(options, "npz")
    look = next((look for name, look in LOOKS.items() if _is_given(options, name)), _layers)
    answer, arrays = look(options)
    if options.out:
        write_arrays(options.out, arrays)
    return answer


def _refuse_lone_options(options: Namespace) -> None:
    for name, owners in OWNERS.items():
        if getattr(options, name) is not None and not any(_is_given(options, owner) for owner in owners):
            named = " or ".join(f"--{owner.replace('_', '-')}" for owner in owners)
            raise InvalidConfig(f"--{name} belongs to {named}: give that too. Received: --{name}.")
    given = [name for name in given_method_options(options) if not (name == "seed" and options.embedding)]
    if given and not (options.method or options.fool or options.maximise):
        raise InvalidConfig(
            f"--{given[0]} belongs to --method, --fool or --maximise: say which of them. Received: --{given[0]}."
        )
    about_net = next((name for name in ABOUT_NET if _is_given(options, name)), None)
    if about_net and options.image is not None:
        raise InvalidConfig(
            f"--{about_net.replace('_', '-')} is about the net itself: leave the image out. Received: {options.image}."
        )


def _require_ending(options: Namespace, *known: str) -> None:
    if options.out and ending(options.out) not in known:
        kinds = ", ".join(f".{one}" for one in known)
        raise InvalidConfig(f"The file's ending says what is kept: expected {kinds}. Received: --out {options.out}")


def _is_given(options: Namespace, name: str) -> bool:
    value = getattr(options, name)
    return value is not None and value is not False  # 0 is given


def _layers(options: Namespace) -> tuple[Answer, dict[str, Any]]:
    picture = read_picture(options.image)
    with running_engine() as engine:
        net = find_net(engine.store, options)
        maps: FeatureMaps = ask(engine, net.subject, "feature_maps", image=net.prepared(picture))
    layers = [one for one in maps.layers if options.layer in (None, one.name)]
    if not layers:
        raise UnknownName.among("layer", options.layer, [one.name for one in maps.layers])
    rows: list[dict[str, Any]] = [
        {
            "name": one.name,
            "kind": one.kind,
            "shape": list(one.shape),
            "min": float(one.values.min()),
            "max": float(one.values.max()),
            "mean": float(one.values.mean()),
            "zeros": float((one.values == 0).mean()),
        }
        for one in layers
    ]
    kept = f"{len(layers)} layers in {options.out}." if options.out else ""
    read = net.conversion(picture)
    text = "\n".join(filter(None, [table(rows), kept, read, net.note]))
    answer = {"layers": rows, "out": options.out, "conversion": read, "note": net.note or None}
    return Answer(answer, text), {one.name: one.values for one in layers}
