"""The command `card`: what a person says about a net, written as Markdown and read again."""

from argparse import ArgumentParser, Namespace

from cnnviz.access.visitor import OPERATOR
from cnnviz.cli.answer import Answer, read_text
from cnnviz.errors import InvalidInput
from cnnviz.reports.card import card_text, parse_card, read_card, write_card
from cnnviz.runs.store import RunStore
from cnnviz.text.markup import as_name
from cnnviz.text.units import count_text


def add_card_options(command: ArgumentParser) -> None:
    """Declare the options of `show_or_write_card`."""
    command.add_argument("run_id", metavar="RUN")
    command.add_argument(
        "--from", dest="source", metavar="FILE.md", help="keep the answers of this file, in place of those of the card"
    )


def show_or_write_card(options: Namespace) -> Answer:
    """Print the model card of a run as Markdown, with all questions, or keep the answers of such a file.

    Questions that the file leaves out are not answered any more.

    Raises
    ------
    InvalidInput
        The file cannot be read, its headings are not those of a card, or an answer is too long.
    UnknownName
        There is no such run.
    """
    store = RunStore()
    run = store.get(options.run_id)
    if options.source is None:
        text = card_text(store, run, is_form=True)
        return Answer({"run": run.id, "card": read_card(store, run.id)}, text.rstrip("\n"))
    write_card(store, run.id, parse_card(read_text(options.source, InvalidInput)), by=OPERATOR)
    kept = read_card(store, run.id)
    said = f"The model card of {as_name(run.name)} holds {count_text(len(kept), 'answer')} now."
    return Answer({"run": run.id, "card": kept}, said)
