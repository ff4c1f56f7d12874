import csv
import io
import json
from datetime import UTC, datetime

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.runs.export import history_csv, history_json
from cnnviz.runs.records import Curves, Run, Status
from cnnviz.training.config import TrainingConfig

CURVES = Curves(
    points=[{"epoch": 0.5, "loss": 2.0}],
    epochs=[{"epoch": 1, "loss": 1.5, "norms": {"conv_1": {}}}, {"epoch": 2, "loss": 1.0, "confusion": [[1]]}],
)


def test_the_csv_has_a_row_for_each_epoch_and_only_numbers() -> None:
    rows = list(csv.DictReader(io.StringIO(history_csv(CURVES))))
    assert rows == [{"epoch": "1", "loss": "1.5"}, {"epoch": "2", "loss": "1.0"}]


def test_the_json_holds_all_that_is_needed_to_do_it_again() -> None:
    net = get_preset("lenet5").architecture
    run = Run("id", "mine", Status.FINISHED, datetime.now(UTC), net, TrainingConfig(seed=3), metrics={"accuracy": 0.5})
    data = json.loads(history_json(run, CURVES))
    assert TrainingConfig(**data["config"]) == run.config
    assert type(net).from_json(json.dumps(data["architecture"])) == net
    assert data["epochs"] == CURVES.epochs
