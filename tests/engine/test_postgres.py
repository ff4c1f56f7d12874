"""Two servers that share their runs in a Postgres database."""

import pytest

from cnnviz.access.visitor import OPERATOR
from cnnviz.engine.engine import Engine
from cnnviz.runs.records import Status
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from tests.helpers import DIGITS_NET


def test_what_one_server_trains_another_shows(
    scheduler: str, postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    engine = Engine(RunStore(home, postgres_url)).start()
    other = RunStore(home, postgres_url)
    run_id = engine.train(DIGITS_NET, TrainingConfig(epochs=3, limit=500), by=OPERATOR).id
    assert [run.id for run in other.recent(OPERATOR)] == [run_id]
    done = engine.wait(run_id)
    engine.close()
    assert done.status is Status.FINISHED
    assert other.get(run_id) == done
    curves = other.curves(run_id)
    assert [row["epoch"] for row in curves.epochs] == [1, 2, 3]
    assert curves == engine.store.curves(run_id)
    assert other.load_file(run_id, "model.keras")[:2] == b"PK"
