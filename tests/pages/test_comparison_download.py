"""The page Compare gives the comparison as one file, of runs that the visitor may see when it is asked for."""

import numpy as np
import pytest

from cnnviz.datasets.registry import load_dataset
from cnnviz.errors import UnknownName
from cnnviz.training.config import TrainingConfig
from tests.helpers import DIGITS_NET
from tests.pages.conftest import files_to_save
from tests.reports.html.runs import keep_run, random_answers, random_net, shown_text, unpacked

CLASSES = tuple("0123456789")
LABEL = "All of it as a page (.html)"


def test_the_comparison_is_given_as_one_file(open_page, engine) -> None:
    data = load_dataset("digits")
    nets = [random_net(DIGITS_NET, CLASSES, seed) for seed in (0, 1)]
    runs = [
        keep_run(
            engine.store,
            net,
            random_answers(np.asarray(data.y_test), CLASSES, seed),
            architecture=DIGITS_NET,
            config=TrainingConfig(seed=seed),
        )
        for seed, net in enumerate(nets)
    ]
    page = open_page("compare", runs=",".join(run.id for run in runs))
    assert not page.exception
    write = files_to_save(page)[LABEL]
    report = write()
    given = unpacked(report)
    assert [given["net-0"], given["net-1"]] == nets
    assert given["images-0"].endswith(np.asarray(data.x_test[:300]).tobytes())
    assert "Handwritten digits (small)" not in shown_text(report).split("In what they differ")[1]
    engine.store.delete(runs[1].id)
    with pytest.raises(UnknownName):
        write()
    engine.store.delete(runs[0].id)
