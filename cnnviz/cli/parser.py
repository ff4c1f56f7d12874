"""The command line: the same engine as the pages. Exit 0; 2 and one line on stderr for a user's mistake."""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Any, NoReturn

from cnnviz.cli import commands, prediction
from cnnviz.cli.card import add_card_options, show_or_write_card
from cnnviz.cli.home_net import make_home_net
from cnnviz.cli.inspection import add_inspection_options, inspect
from cnnviz.cli.named_nets import presets
from cnnviz.cli.nets import add_net_options, add_start_options
from cnnviz.cli.printing import UNKNOWN_LETTERS, say
from cnnviz.cli.robustness import add_robustness_options, evaluate_as_asked
from cnnviz.cli.runs import add_list_options, list_kept
from cnnviz.cli.sweep import add_sweep_options, sweep
from cnnviz.datasets.sources.layout import ROLES
from cnnviz.errors import CnnvizError
from cnnviz.reports.exports import EXPORTS
from cnnviz.text.markup import as_sentence
from cnnviz.text.numbers import parse_number

USER_ERROR = 2
_THOUSANDS = re.compile(r"[.,]\d{3}")


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage text; "-1..1" is a value, as negative numbers are."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._negative_number_matcher = re.compile(r"-[\d.,]")

    def error(self, message: str) -> NoReturn:
        self.exit(USER_ERROR, f"cnnviz: {as_sentence(message)}. See python -m cnnviz --help.\n")


def _number(text: str) -> float:
    number = parse_number(text)
    if number is None:
        raise argparse.ArgumentTypeError(
            f"expected a number such as 0.01, 0,01, 1e-2 or 1/100. Received: {text[:40] or 'nothing'}"
        )
    return number


def _whole_number(text: str) -> int:
    number = parse_number(text)
    if number is None or not number.is_integer() or _THOUSANDS.search(text):  # 1.000 is one, or a thousand
        raise argparse.ArgumentTypeError(
            f"expected a whole number such as 12, without a point or comma. Received: {text[:40] or 'nothing'}"
        )
    return int(number)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the process by default.

    Returns
    -------
    int
        Exit code: 0, 2 for a user's mistake (one line on stderr), 130 after Ctrl-C.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=UNKNOWN_LETTERS)
    options = make_parser().parse_args(arguments)
    try:
        answer = options.run(options)
        print(answer.printed(is_json=options.json), flush=True)
        if answer.problem:
            raise answer.problem
    except CnnvizError as error:
        say(f"cnnviz: {as_sentence(error)}")
        return USER_ERROR
    except KeyboardInterrupt:
        say("cnnviz: stopped by hand.")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def make_parser() -> argparse.ArgumentParser:
    """Parser of the whole command line, with a subparser for each command."""
    parser = _Parser(prog="cnnviz", description="Explore convolutional neural networks.")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        command = subparsers.add_parser(name, help=text, description=text)
        command.add_argument("--json", action="store_true", help="print one JSON object as the last line")
        command.set_defaults(run=run)
        return command

    add("presets", presets, "List the nets to start from, and the fast recipes of the Training page.")
    found = add("datasets", commands.datasets, "List the data sets, or say what a folder or zip of images means.")
    found.add_argument("path", nargs="?", metavar="PATH")
    _add_roles(found)
    add_list_options(add("runs", list_kept, "List the kept trainings."), _whole_number)
    _add_net(add("analyze", commands.analyze_net, "Say what a net costs, layer by layer."))
    _add_training(add("train", commands.train, "Train a net and keep the run."))
    swept = add("sweep", sweep, "Train a net with each combination of the values of one or two settings.")
    _add_net(swept)
    add_sweep_options(swept, _whole_number)
    _add_settings(swept)
    evaluate = add("evaluate", evaluate_as_asked, "Score a finished run on its test set.")
    evaluate.add_argument("run_id", metavar="RUN")
    add_robustness_options(evaluate, _whole_number)
    predict = add("predict", prediction.predict, "Ask a finished run, or the net of a file, about images.")
    add_net_options(predict)
    predict.add_argument("images", nargs="+", metavar="IMAGE")
    text = "Say what every layer of a net makes of an image, why, or what it has learned."
    add_inspection_options(add("inspect", inspect, text), _number, _whole_number)
    add_card_options(add("card", show_or_write_card, "Print the model card of a run, or write it."))
    export = add("export", commands.export_run, "Write a run as a file to take along.")
    export.add_argument("run_id", metavar="RUN")
    kinds = "; ".join(f"{name}: {one.title}" for name, one in EXPORTS.items())
    export.add_argument("--to", choices=list(EXPORTS), required=True, help=kinds)
    export.add_argument("--out", metavar="FILE", required=True)
    home_net = add("home-net", make_home_net, "Train the Home page's net anew and write it as it is shipped.")
    home_net.add_argument("--out", metavar="FOLDER", help="by default assets/nets/home")
    bench = add("bench", commands.bench, "Measure: all benches, or those named.")
    bench.add_argument("names", nargs="*", metavar="NAME")
    return parser


def _add_net(command: argparse.ArgumentParser) -> Any:
    net = command.add_mutually_exclusive_group(required=True)
    net.add_argument("--preset", metavar="NAME", help="one of those that the command presets lists")
    net.add_argument("--file", metavar="ARCH.json")
    return net


def _add_training(command: argparse.ArgumentParser) -> None:
    add_start_options(command, _add_net(command))
    _add_settings(command)


def _add_settings(command: argparse.ArgumentParser) -> None:
    command.add_argument("--dataset", metavar="NAME|PATH")
    command.add_argument("--epochs", type=_whole_number, metavar="N")
    command.add_argument("--batch-size", type=_whole_number, metavar="B")
    command.add_argument("--optimizer", metavar="O")
    command.add_argument("--momentum", type=_number, metavar="M", help="of the optimizer sgd")
    command.add_argument("--learning-rate", type=_number, metavar="R")
    command.add_argument("--schedule", metavar="S", help="constant, cosine, one_cycle or step")
    command.add_argument("--loss", metavar="L")
    command.add_argument("--augment", nargs="?", const="usual", metavar="HOW", help="flip,rotation=15,zoom=0.2")
    command.add_argument("--limit", type=_whole_number, metavar="N")
    command.add_argument("--seed", type=_whole_number, metavar="S")
    command.add_argument("--validation-share", type=_number, metavar="V", help="of the training images")
    command.add_argument("--class-weights", action="store_true", default=None, help="let each class count alike")
    command.add_argument(
        "--early-stopping", type=_whole_number, metavar="N", help="epochs without a better validation loss"
    )
    command.add_argument("--target-accuracy", type=_number, metavar="A")
    command.add_argument(
        "--mixed-precision",
        action="store_true",
        default=None,
        help="16 bits on a GPU: large nets train faster, small ones do not, and every net starts later",
    )
    command.add_argument(
        "--corrections", metavar="FILE.csv", help="columns part, image, label: images that get another label, or none"
    )
    _add_images(command)


def _add_images(command: argparse.ArgumentParser) -> None:
    """How the images of a folder or zip are read."""
    command.add_argument("--image-size", metavar="HxW", help="by default the net's")
    command.add_argument("--grey", action="store_true", default=None)
    command.add_argument("--test-share", type=_number, metavar="T", help="where the images have no test part")
    command.add_argument("--limit-per-class", type=_whole_number, metavar="N")
    _add_roles(command)


def _add_roles(command: argparse.ArgumentParser) -> None:
    """What a person says that folders are."""
    text = f"what a folder in the set is, where the guess is wrong; ROLE is one of {', '.join(ROLES)}"
    command.add_argument("--folder", action="append", default=[], metavar="FOLDER=ROLE", help=text)
