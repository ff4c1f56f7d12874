"""The confusion matrix of the page, the cell that its link names, and the images of that cell."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from cnnviz.evaluation.confusion import ORDERS, confusion_text, worst_confusions
from cnnviz.evaluation.scores import Evaluation, TestPredictions, cell_indices
from cnnviz.runs.records import Run
from cnnviz.text.labels import short_labels
from cnnviz.text.links import link_problem
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import count_text
from cnnviz.ui.app.messages import warn
from cnnviz.ui.components.confusion_matrix import Cell, MatrixData, Stop, confusion_matrix
from cnnviz.ui.evaluation.comparison import difference
from cnnviz.ui.evaluation.epochs import choose, validation_stops
from cnnviz.ui.evaluation.images import MAX_IMAGES, show_test_images
from cnnviz.ui.shared.answers import net_version

SHOWN = "matrix_shown"
"""Key of the session: the run whose matrix was shown last, and the cell of it, also after a look at other pages."""
NO_CELL = partial(
    link_problem, "a cell", "none is chosen", lack="this matrix does not have", expected="cell=true,predicted"
)


def show_matrix(run: Run, epoch: int | None, scores: Evaluation, other: Run | None) -> Cell | None:
    """Show the matrix of a net's test images, also minus that of another run.

    Returns the cell whose images are wanted, which the link names too.
    """
    classes, matrix = list(scores.classes), scores.confusion
    linked = _linked_cell(run, classes)
    test_stop = Stop(f"Epoch {epoch}, test images" if epoch else "Test images", _cells(matrix))
    data = MatrixData(
        f"{run.id}-{net_version(run, epoch)}-{epoch}",
        classes,
        short_labels(classes),
        [*validation_stops(run, len(classes)), test_stop],
        {name: order(matrix).tolist() for name, order in ORDERS.items()},
        [{"cell": one[:2], "text": confusion_text(one, classes)} for one in worst_confusions(matrix)],
        linked,
        difference(scores, other),
    )
    chosen = confusion_matrix(data, on_epoch=choose) or linked
    if chosen is not None:
        st.query_params["cell"] = _cell_text(chosen, classes)
    st.session_state[SHOWN] = run.id, st.query_params.get("cell")
    return chosen


def show_cell(run: Run, epoch: int | None, test: TestPredictions, cell: Cell) -> None:
    """Show up to 24 images of a cell, that of which the net was surest first."""
    true, predicted = cell
    found = cell_indices(test.probabilities, test.labels, true, predicted)
    names = test.classes[true], test.classes[predicted]
    title = f"{names[0]}, recognised" if true == predicted else f"{names[0]}, taken for {names[1]}"
    st.header(f"{as_markdown(title)}: {count_text(len(found), 'image')}", anchor=False)
    if len(found) == 0:
        st.caption("There is no such image in the test set.")
        return
    show_test_images(run, epoch, test, found, title=title, key="cell_images")
    more = f"The {MAX_IMAGES} of which the net was surest are shown. " if len(found) > MAX_IMAGES else ""
    st.caption(f"{more}Click an image to look at it inside the net.")


def _linked_cell(run: Run, classes: Sequence[str]) -> Cell | None:
    """The cell `?cell=true,predicted` of the address, by the names of the classes; one of another run is forgotten."""
    shown, kept = st.session_state.get(SHOWN, (run.id, None))
    text = st.query_params.get("cell", kept if shown == run.id else None)
    if text is None:
        return None
    cells = {_cell_text(cell, classes): cell for cell in _possible(text, classes)}
    if text not in cells:
        if shown == run.id:
            warn(NO_CELL(received=text))
        st.query_params.pop("cell", None)
    return cells.get(text)


def _possible(text: str, classes: Sequence[str]) -> list[Cell]:
    """Cells whose names the text may be made of: names may hold commas themselves."""
    firsts = [i for i, name in enumerate(classes) if text.startswith(f"{name},")]
    lasts = [i for i, name in enumerate(classes) if text.endswith(f",{name}")]
    return [(first, last) for first in firsts for last in lasts]


def _cell_text(cell: Cell, classes: Sequence[str]) -> str:
    return f"{classes[cell[0]]},{classes[cell[1]]}"


def _cells(matrix: np.ndarray) -> list[tuple[int, int, int]]:
    rows, columns = np.nonzero(matrix)
    return [(int(r), int(c), int(matrix[r, c])) for r, c in zip(rows, columns, strict=True)]
