"""What differs between runs, row by row, and which of their results may be set beside each other. Pure."""

import csv
import io
import json
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from cnnviz.architecture.editing.diff import diff
from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.errors import InvalidArchitecture
from cnnviz.runs.comparison_entries import BY_HAND, ENTRIES, GROUPS, IMAGES, MOST_IMAGES, NET, RESULTS
from cnnviz.runs.records import Run
from cnnviz.text.units import NOTHING, count_text

DATA_SET, TRAINING_SET = "Data set", "Training set"
"""What the images of runs are called; the latter where these are others, but not those that they were tested on."""
COUNTED = {"Training images", "Validation images", "Test images"}
MOST_NAMED = 5  # settings in a sentence
SAME = "They have the same net, images and settings, and even the same seed."
ONLY_SEED = "They differ in nothing but the seed: what differs in their results is chance."


@dataclass(frozen=True)
class Row:
    """A setting or a result of every run.

    Attributes
    ----------
    group : str
        `NET`, `IMAGES`, `TRAINING`, `SEED` or `RESULTS`.
    name : str
    values : tuple
        Of each run, as JSON gives it back; None where a run has none.
    texts : tuple of str
        The same for people.
    differs : bool
    """

    group: str
    name: str
    values: tuple[Any, ...]
    texts: tuple[str, ...]
    differs: bool


def compare_runs(runs: Sequence[Run], images: Sequence[str]) -> list[Row]:
    """List all settings and results of these runs beside each other; those that no run has are left out.

    Parameters
    ----------
    runs : sequence of Run
    images : sequence of str
        What the images of each run are called; two sets may have the same name.
    """
    sets = tuple(run.config.dataset for run in runs)
    named = _numbered([name or NOTHING for name in images], sets)
    has_other_sets = len(set(sets)) > 1
    is_same_test = all("num_test" in run.metrics for run in runs) and len(set(map(images_tested_on, runs))) == 1
    name = TRAINING_SET if has_other_sets and is_same_test else DATA_SET
    rows = [_layers(runs), Row(IMAGES, name, named, named, has_other_sets)]
    for entry in ENTRIES:
        values = tuple(entry.read(run) for run in runs)
        if all(value is None for value in values):
            continue
        texts = tuple(NOTHING if value is None else entry.write(value) for value in values)
        told = values
        if entry.tell is not None:
            told = tuple(map(entry.tell, runs))
            texts = _numbered(texts, told)
        rows.append(Row(entry.group, entry.name, values, texts, _differs(entry.group, told)))
    return sorted(rows, key=lambda row: GROUPS.index(row.group))


def _differs(group: str, values: Sequence[Any]) -> bool:
    """Whether they are not all the same; of images, which are known when a training begins, those that are known."""
    known = [value for value in values if value is not None] if group == IMAGES else values
    return any(value != known[0] for value in known)


def _numbered(texts: Sequence[str], told: Sequence[Hashable]) -> tuple[str, ...]:
    """Number the texts of what is told apart by something else than its text, where two would read alike."""
    numbers = {one: number for number, one in enumerate(dict.fromkeys(told), start=1)}
    alike = Counter(text for text, _ in set(zip(texts, told, strict=True)))
    return tuple(f"{text} ({numbers[one]})" if alike[text] > 1 else text for text, one in zip(texts, told, strict=True))


def _layers(runs: Sequence[Run]) -> Row:
    """How many layers each net has, and what of them is other than in the first one."""
    values = tuple(len(run.architecture.layers) for run in runs)
    first = runs[0].architecture
    texts = [count_text(values[0], "layer"), *(_layers_text(first, run.architecture) for run in runs[1:])]
    return Row(NET, "Layers", values, tuple(texts), any(not same_net(first, run.architecture) for run in runs))


def same_net(a: Architecture, b: Architecture) -> bool:
    """Whether two nets are the same but for their names, and those of their layers."""
    if (a.layers, a.input_shape, a.scaling) == (b.layers, b.input_shape, b.scaling):
        return True
    try:
        found = diff(a, b)
    except InvalidArchitecture:
        return False
    return found.scaling is None and all(row.status == "same" for row in found.rows)


def _layers_text(first: Architecture, other: Architecture) -> str:
    total = count_text(len(other.layers), "layer")
    try:
        rows = diff(first, other).rows
    except InvalidArchitecture:
        return total
    counts = {status: sum(row.status == status for row in rows) for status in ("changed", "added", "removed")}
    words = {"changed": "changed", "added": "new", "removed": "gone"}
    said = ", ".join(f"{count:,} {words[status]}" for status, count in counts.items() if count)
    return f"{total}: {said}" if said else f"{total}, the same"


def differing_settings(rows: Sequence[Row]) -> list[str]:
    """Name the settings that differ, without results; the net counts as one, the data set too.

    Of how many images there are "number" is said: they may be the same ones, but fewer.
    """
    found = ["net"] if any(row.differs for row in rows if row.group == NET) else []
    others = [row.name for row in rows if row.differs and row.group not in (NET, RESULTS)]
    sets = {DATA_SET, TRAINING_SET}.intersection(others)
    if sets:  # how many they are, how large, of which classes, follows from it
        of_images = {row.name for row in rows if row.group == IMAGES}
        others = [name for name in others if name in sets or name not in of_images]
    if "Training images" in others:  # which follow from that limit
        others = [name for name in others if name != MOST_IMAGES]
    return found + [f"{'number of ' if name in COUNTED else ''}{name[0].lower()}{name[1:]}" for name in others]


def told_apart(names: Sequence[str], ids: Sequence[str], rows: Sequence[Row]) -> list[str]:
    """Say of each run what tells it from those of the same name: a setting, else its id; "" where no other has it."""
    found = [""] * len(names)
    for name, count in Counter(names).items():
        if count > 1:
            places = [place for place, one in enumerate(names) if one == name]
            told = _told_apart(places, rows) or [f"run {ids[place][:4]}" for place in places]
            for place, text in zip(places, told, strict=True):
                found[place] = text
    return found


def _told_apart(places: Sequence[int], rows: Sequence[Row]) -> list[str]:
    """What the first setting, else two settings say of each of these runs; empty where even that leaves some alike.

    What was changed by hand is too long for a name.
    """
    settings = [row for row in rows if row.differs and row.group not in (NET, RESULTS) and row.name != BY_HAND]
    for chosen in (*combinations(settings, 1), *combinations(settings, 2)):
        said = [", ".join(_as_words(row, place, places) for row in chosen) for place in places]
        if len(set(said)) == len(said):
            return said
    return []


def _as_words(row: Row, place: int, places: Sequence[int]) -> str:
    """What a setting is in a run: its text, with its name where texts are mere numbers."""
    is_clear = any(row.texts[one][0].isalpha() for one in places)
    return row.texts[place] if is_clear else f"{row.name.lower()} {row.texts[place]}"


def difference_text(rows: Sequence[Row]) -> str:
    """Say in a sentence in which settings the runs differ."""
    names = differing_settings(rows)
    if not names:
        return SAME
    if names == ["seed"]:
        return ONLY_SEED
    more = f", and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    *before, last = names[:MOST_NAMED]
    listed = f"{', '.join([*before, last])}{more}" if more or not before else f"{', '.join(before)} and {last}"
    return f"They differ in {listed}."


def images_tested_on(run: Run) -> tuple[Any, ...]:
    """Give what tells the test images of a run apart from those of others: two that are alike had the same ones.

    Of a folder, a zip or a set of free size they depend on how much is set aside, and shrink with a limit.
    """
    config, known, number = run.config, DATASETS.get(run.config.dataset), run.metrics.get("num_test")
    changed = config.fold, tuple(one for one in config.corrections if one.part == "test")
    if known is not None and not known.free_size:
        return known.tested_on, number, *changed
    images = config.images
    return config.dataset, number, *changed, images.test_share, config.limit, images.limit_per_class, images.roles


def as_csv(names: Sequence[str], rows: Sequence[Row]) -> str:
    """Write rows as CSV, numbers as they are: a column for each run."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Group", "Name", *names, "Differs"])
    for row in rows:
        cells = [json.dumps(value) if isinstance(value, list | tuple) else value for value in row.values]
        writer.writerow([row.group, row.name, *cells, "yes" if row.differs else "no"])
    return text.getvalue()


def as_json(ids: Sequence[str], names: Sequence[str], rows: Sequence[Row]) -> str:
    """Write rows as JSON: the runs, then for each row its value in every run."""
    table = [{"group": row.group, "name": row.name, "values": list(row.values), "differs": row.differs} for row in rows]
    runs = [{"run": run_id, "name": name} for run_id, name in zip(ids, names, strict=True)]
    return json.dumps({"runs": runs, "rows": table}, indent=1)
