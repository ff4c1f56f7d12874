"""What the component of the confusion matrix is given, see `assets/components/confusion_matrix`."""

from typing import Any

import numpy as np

from cnnviz.evaluation.confusion import ORDERS, confusion_difference, confusion_text, worst_confusions
from cnnviz.evaluation.scores import Evaluation
from cnnviz.reports.html.contents import RunContents
from cnnviz.reports.html.net_data import image_rows
from cnnviz.runs.curve_data import matrix_title
from cnnviz.text.labels import short_labels

MAX_CELLS = 20_000  # of all matrices over the epochs together


def matrix_data(
    contents: RunContents, scores: Evaluation, other: tuple[str, Evaluation] | None = None
) -> dict[str, Any]:
    """Give the matrix of the test images after those of the validation, also minus that of `other`, if there is one."""
    classes, matrix = list(scores.classes), scores.confusion
    return {
        "id": contents.run.id,
        "classes": classes,
        "labels": short_labels(classes),
        "stops": [*_validation(contents, len(classes)), _stop("Test images", matrix)],
        "orders": {name: order(matrix).tolist() for name, order in ORDERS.items()},
        "worst": [{"cell": one[:2], "text": confusion_text(one, classes)} for one in worst_confusions(matrix)],
        "cell": None,
        "difference": other and _difference(scores, *other),
    }


def cell_images(
    contents: RunContents, scores: Evaluation, other: tuple[str, Evaluation] | None = None
) -> dict[str, Any]:
    """Give the matrix with what is known of the images that came along, so that a cell can show its own."""
    return {"matrix": matrix_data(contents, scores, other), "rows": image_rows(contents)}


def _validation(contents: RunContents, num_classes: int) -> list[dict[str, Any]]:
    rows = [
        (row["epoch"], np.array(row["confusion"]))
        for row in contents.curves.epochs
        if len(row.get("confusion", ())) == num_classes
    ]
    stops = [
        _stop(matrix_title(contents.facts, epoch), matrix, epoch) for epoch, matrix in rows if np.isfinite(matrix).all()
    ]
    stride = 1 + sum(len(stop["cells"]) for stop in stops) // MAX_CELLS
    return stops[::-1][::stride][::-1]


def _stop(title: str, matrix: np.ndarray, epoch: int = 0) -> dict[str, Any]:
    cells = [(int(row), int(column), int(matrix[row, column])) for row, column in np.argwhere(matrix)]
    return {"title": title, "cells": cells, "epoch": epoch, "kept": False}


def _difference(scores: Evaluation, title: str, other: Evaluation) -> dict[str, Any]:
    points = np.nan_to_num(confusion_difference(scores.confusion, other.confusion))
    cells = [(int(row), int(column), round(float(points[row, column]), 2)) for row, column in np.argwhere(points)]
    return {"title": title, "cells": cells, "accuracy": other.accuracy}
