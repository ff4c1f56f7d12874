"""The command `runs`: the kept trainings, searched, filtered and sorted."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any

from cnnviz.access.visitor import OPERATOR
from cnnviz.cli.answer import Answer
from cnnviz.cli.printing import table
from cnnviz.errors import InvalidConfig
from cnnviz.runs.listing import SORTED_BY, ListedRun, ListQuery, list_runs
from cnnviz.runs.scopes import Scope
from cnnviz.runs.store import RunStore

LIMIT = 200
PRINTED = ("run", "name", "dataset", "status", "accuracy", "params", "seed", "tags", "created")
FEWEST_FIRST = ("name", "dataset", "optimizer", "device", "seed")


def add_list_options(command: ArgumentParser, whole_number: Callable[[str], int]) -> None:
    """Declare the options of `list_kept`."""
    command.add_argument("--search", metavar="WORDS", default="", help="all in name, note, tags, device, images or id")
    command.add_argument("--tag", metavar="TAG")
    command.add_argument("--starred", action="store_true", help="only those with a star")
    command.add_argument("--archived", action="store_true", help="those that were put away")
    command.add_argument("--sort", choices=SORTED_BY, default="created", help="numbers from the largest, words from A")
    command.add_argument("--reverse", action="store_true")
    command.add_argument("--limit", type=whole_number, default=LIMIT, metavar="N", help=f"by default {LIMIT}")


def list_kept(options: Namespace) -> Answer:
    """List the runs of the store, newest first unless they are sorted by something else.

    Raises
    ------
    InvalidConfig
        The limit is below 1.
    """
    if options.limit < 1:
        raise InvalidConfig(f"--limit must be 1 or more. Received: {options.limit}")
    query = ListQuery(
        scope=Scope.ARCHIVED if options.archived else Scope.ALL,
        search=options.search,
        tag=options.tag,
        starred=options.starred,
        sort=options.sort,
        descending=(options.sort not in FEWEST_FIRST) != options.reverse,
    )
    rows = [_row(listed) for listed in list_runs(RunStore(), OPERATOR, query, limit=options.limit)]
    printed = [{**row, "tags": ", ".join(row["tags"]) or None} for row in rows]
    return Answer({"runs": rows}, table(printed, PRINTED))


def _row(listed: ListedRun) -> dict[str, Any]:
    run, numbers = listed.run, listed.numbers
    return {
        "run": run.id,
        "name": run.name,
        "dataset": run.config.dataset,
        "status": run.status.value,
        "accuracy": run.metrics.get("accuracy"),
        "created": run.created.isoformat(timespec="seconds"),
        "best_val_accuracy": numbers.best,
        "last_val_accuracy": numbers.last,
        "params": numbers.params,
        "macs": numbers.macs,
        "seed": run.config.seed,
        "optimizer": run.config.optimizer,
        "epochs": numbers.epochs_done,
        "seconds": run.seconds,
        "device": run.device,
        "bytes": numbers.num_bytes,
        "note": numbers.note,
        "tags": list(listed.tags),
        "star": numbers.star,
    }
