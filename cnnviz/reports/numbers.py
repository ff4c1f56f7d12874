"""Every number of a run as JSON, as one table of its epochs, and as a zip of tables that a spreadsheet opens."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from cnnviz.datasets.corrections import fold_text, last_corrections
from cnnviz.engine.long.robustness import kept_series
from cnnviz.errors import UnknownName
from cnnviz.evaluation.robustness import SeriesAnswers
from cnnviz.evaluation.scores import TestPredictions, evaluate
from cnnviz.runs.files import TEST_FILE, dataset_facts, load_predictions
from cnnviz.runs.records import Curves, Run
from cnnviz.runs.store import RunStore
from cnnviz.text.markup import as_cell

Row = dict[str, Any]


def history_csv(curves: Curves) -> str:
    """One row an epoch, a column for each number; those of a layer are called "conv_1 weights".

    Raises UnknownName where no epoch has ended.
    """
    if not curves.epochs:
        raise UnknownName("This run has no history: it ended before its first epoch. Expected: at least one epoch.")
    return table_csv([_flat(epoch) for epoch in curves.epochs])


def run_json(store: RunStore, run: Run) -> str:
    """Net, settings, results, epochs, batch points and, of a run that has answered its test images, those answers.

    JSON has no word for what is no finite number, so that becomes null.
    """
    curves = store.curves(run.id)
    data = {
        "name": run.name,
        "architecture": json.loads(run.architecture.to_json()),
        "config": run.config.model_dump(),
        "metrics": run.metrics,
        "device": run.device,
        "seconds": run.seconds,
        "predicted_seconds": run.prediction and run.prediction._asdict(),
        "classes": list(dataset_facts(store, run).classes),
        "epochs": curves.epochs,
        "points": curves.points,
        "test": _test(store, run),
    }
    try:
        return json.dumps(data, allow_nan=False)
    except ValueError:
        return json.dumps(json.loads(json.dumps(data), parse_constant=lambda _: None))


def tables_zip(store: RunStore, run: Run) -> bytes:
    """Give a zip of tables (.csv): settings, epochs, batches, layers; of the test images answers, matrix, classes.

    Corrections of the images are a table as `python -m cnnviz train --corrections` takes it.

    Where the net was asked for changed test images, also what of them was right.

    A table that would have no row is left out.
    """
    curves, test = store.curves(run.id), _predictions(store, run)
    tables = {
        "settings": [{"setting": name, "value": value} for name, value in _settings(run)],
        "corrections": [
            {"part": part, "image": place + 1, "label": label or ""}
            for part, place, label in last_corrections(run.config.corrections)
        ],
        "epochs": [_flat(epoch, with_layers=False) for epoch in curves.epochs],
        "batches": curves.points,
        "layers": _layers(curves),
        **({} if test is None else _test_tables(test)),
        **({} if test is None else _robustness_tables(kept_series(store, run, test.labels), test.classes)),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables.items():
            if rows:
                archive.writestr(f"{name}.csv", table_csv(rows))
    return file.getvalue()


def table_csv(rows: Sequence[Row]) -> str:
    """Write rows as CSV (RFC 4180); the columns are all that any row has, in the order in which they come."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(
        {name: as_cell(value) if isinstance(value, str) else value for name, value in row.items()} for row in rows
    )
    return text.getvalue()


def robustness_rows(found: Sequence[SeriesAnswers]) -> list[Row]:
    """List each level of each change of the test images: how many of them a net got right."""
    return [
        {
            "change": one.series.title,
            "level": level.value,
            "unit": one.series.unit,
            "images": len(one.labels),
            "right": int((said == one.labels).sum()),
            "accuracy": float((said == one.labels).mean()),
        }
        for one in found
        for level, said in zip(one.series.levels, one.said, strict=True)
    ]


def _robustness_tables(found: Sequence[SeriesAnswers], classes: Sequence[str]) -> dict[str, list[Row]]:
    rows = [
        {"change": one.series.title, "level": level.value, "unit": one.series.unit, "class": name}
        | {"images": int(is_of_it.sum()), "right": int((said == one.labels)[is_of_it].sum())}
        for one in found
        for level, said in zip(one.series.levels, one.said, strict=True)
        for name, is_of_it in ((name, one.labels == place) for place, name in enumerate(classes))
    ]
    return {"robustness": robustness_rows(found), "robustness of classes": rows}


def _flat(epoch: Row, *, with_layers: bool = True) -> Row:
    """The numbers of an epoch, those of its layers with a column for each."""
    numbers = {name: value for name, value in epoch.items() if isinstance(value, int | float)}
    if with_layers:
        for layer, norms in epoch.get("norms", {}).items():
            numbers |= {f"{layer} {name}": value for name, value in norms.items()}
    return numbers


def _layers(curves: Curves) -> list[Row]:
    return [
        {"epoch": epoch["epoch"], "layer": layer, **norms}
        for epoch in curves.epochs
        for layer, norms in epoch.get("norms", {}).items()
    ]


def _settings(run: Run) -> Iterable[tuple[str, Any]]:
    yield from {"name": run.name, "device": run.device, "seconds": run.seconds, **run.metrics}.items()
    for name, value in run.config.model_dump(mode="json", exclude={"corrections", "fold"}).items():
        yield name, json.dumps(value) if isinstance(value, dict | list) else value
    if run.config.fold:
        yield "held out, and tested on", fold_text(run.config.fold)
    yield "net", run.architecture.to_json()


def _predictions(store: RunStore, run: Run) -> TestPredictions | None:
    return load_predictions(store, run.id) if store.has_file(run.id, TEST_FILE) else None


def _test(store: RunStore, run: Run) -> Row | None:
    test = _predictions(store, run)
    if test is None:
        return None
    scores = evaluate(test.probabilities, test.labels, test.classes)
    answers = {"labels": test.labels.tolist(), "probabilities": test.probabilities.tolist()}
    return {**scores.as_dict(), **answers, "robustness": robustness_rows(kept_series(store, run, test.labels))}


def _test_tables(test: TestPredictions) -> dict[str, list[Row]]:
    """Image by image what the net answered; the matrix, a row for each true class; and the scores of each class."""
    scores = evaluate(test.probabilities, test.labels, test.classes)
    guesses = test.probabilities.argmax(axis=1)
    answers = zip(test.labels.tolist(), guesses.tolist(), test.probabilities.tolist(), strict=True)
    said = [f"probability of {name}" for name in test.classes]
    predictions = [
        {
            "image": position + 1,
            "true": test.classes[true],
            "predicted": test.classes[guess],
            **dict(zip(said, probabilities, strict=True)),
        }
        for position, (true, guess, probabilities) in enumerate(answers)
    ]
    matrix = [
        {"true": name, **{f"taken for {other}": count for other, count in zip(test.classes, row, strict=True)}}
        for name, row in zip(test.classes, scores.confusion.tolist(), strict=True)
    ]
    return {"predictions": predictions, "matrix": matrix, "classes": [vars(one) for one in scores.per_class]}
