"""The cells that correct the images of a run, and hold a part of them out, as `datasets.corrections.changed` does."""

from pprint import pformat

from cnnviz.datasets import corrections
from cnnviz.datasets.corrections import corrections_text, last_corrections
from cnnviz.reports.notebook.cells import Cell, code, words
from cnnviz.reports.notebook.recipe import Recipe
from cnnviz.reports.notebook.sources import source_of

WIDTH = 110  # letters of a line of corrections

_CORRECT = """
def corrected(part, images, labels):
    labels, kept = labels.copy(), np.ones(len(labels), bool)
    for place, label in CORRECTIONS[part]:
        if label is None:
            kept[place] = False
        else:
            labels[place] = CLASSES.index(label)
    return images[kept], labels[kept]


x_train, y_train = corrected("train", x_train, y_train)
x_test, y_test = corrected("test", x_test, y_test)
"""

_HOLD_OUT = """
held_out = fold_places({labels}, {count}) == {number}
x_test, y_test = x_train[held_out], y_train[held_out]
x_train, y_train = x_train[~held_out], y_train[~held_out]
"""


def changed_cells(recipe: Recipe) -> list[Cell]:
    """Write the cells that change the whole set, before any of its images are drawn; none for a run on the set."""
    return [*_corrected(recipe), *_held_out(recipe)]


def _corrected(recipe: Recipe) -> list[Cell]:
    wanted = last_corrections(recipe.config.corrections)
    if not wanted:
        return []
    listed = {part: [(place, label) for its, place, label in wanted if its == part] for part in ("train", "test")}
    lines = [f'    "{part}": {pformat(pairs, width=WIDTH, compact=True)},' for part, pairs in listed.items()]
    return [
        words(
            f"""
            Somebody has corrected the images: {corrections_text(wanted)}. Each is named by its place in the set as it
            is read, counted from 0, with its class; None leaves it out.
            """
        ),
        code("\n".join(["CORRECTIONS = {", *lines, "}"])),
        code(_CORRECT),
    ]


def _held_out(recipe: Recipe) -> list[Cell]:
    if recipe.config.fold is None:
        return []
    number, count = recipe.config.fold
    ranks = [recipe.order.index(name) for name in recipe.facts.classes]
    labels = "y_train" if ranks == sorted(ranks) else f"np.array({ranks})[y_train]"  # by the classes of the set
    return [
        words(
            f"""
            The run learned without part {number + 1} of {count} of its training images and was tested on that part,
            which has as much of each class as the others.
            """
        ),
        code(source_of(corrections, ("fold_places",))),
        code(_HOLD_OUT.format(labels=labels, count=count, number=number)),
    ]
