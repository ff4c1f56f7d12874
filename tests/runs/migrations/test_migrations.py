"""Stores of every older version are upgraded in place, with all that is in them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import OPERATOR, Visitor
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.errors import StoreUnavailable
from cnnviz.runs import migrations
from cnnviz.runs.database import connect
from cnnviz.runs.migrations import HEAD
from cnnviz.runs.records import Status
from cnnviz.runs.store import RunStore
from cnnviz.runs.tables import Base
from cnnviz.training.config import TrainingConfig
from cnnviz.training.duration.model import Prediction
from cnnviz.training.events import DatasetFacts, Divergence
from tests.shared_data import shared

NET = get_preset("digits-small").architecture

# As `create_all` of the first version has made them.
OLDEST = """
CREATE TABLE runs (id VARCHAR(12) NOT NULL, name VARCHAR(80) NOT NULL, status VARCHAR(16) NOT NULL,
    created {time} NOT NULL, heartbeat {time} NOT NULL, architecture TEXT NOT NULL, config TEXT NOT NULL,
    progress JSON NOT NULL, metrics JSON NOT NULL, device VARCHAR(120) NOT NULL, seconds FLOAT NOT NULL,
    message TEXT NOT NULL, PRIMARY KEY (id));
CREATE INDEX ix_runs_created ON runs (created);
CREATE INDEX ix_runs_status ON runs (status);
CREATE TABLE epochs (run_id VARCHAR(12) NOT NULL, epoch INTEGER NOT NULL, metrics JSON NOT NULL,
    PRIMARY KEY (run_id, epoch), FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE);
CREATE TABLE points (id {number} NOT NULL, run_id VARCHAR(12) NOT NULL, epoch INTEGER NOT NULL, points JSON NOT NULL,
    PRIMARY KEY (id), FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE);
CREATE INDEX ix_points_run_id ON points (run_id)
"""
TYPES = {
    "sqlite": {"time": "DATETIME", "number": "INTEGER"},
    "postgres": {"time": "TIMESTAMP WITH TIME ZONE", "number": "SERIAL"},
}
NEWER = """
ALTER TABLE runs ADD COLUMN prediction JSON;
ALTER TABLE epochs ADD COLUMN seconds FLOAT;
UPDATE runs SET prediction = '[1.0, 2.0, 3.0]'
"""
PROGRESS = '{"epoch": 2, "batch": 9, "num_batches": 9, "notes": ["one.jpg is no picture."]}'


@pytest.fixture
def database(tmp_path: Path, each_database: str) -> Iterator[Connection]:
    engine = _connect(tmp_path)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _connect(home: Path) -> Engine:
    """The database that `RunStore(home)` uses."""
    return connect(os.environ.get("CNNVIZ_DATABASE_URL") or f"sqlite:///{home / 'runs.db'}")


def _make_oldest(database: Connection, *further: str) -> None:
    """A store of the first version with a finished run of one epoch in it, and what later versions have done to it."""
    name = "sqlite" if database.dialect.name == "sqlite" else "postgres"
    _execute(database, OLDEST.format_map(TYPES[name]))
    row = {"net": NET.to_json(), "config": TrainingConfig().model_dump_json(), "progress": PROGRESS}
    database.execute(
        text(
            "INSERT INTO runs VALUES ('old', 'old', 'finished', '2026-01-01 00:00:00', '2026-01-01 00:00:00', :net, "
            """:config, :progress, '{"accuracy": 0.9}', 'CPU', 7.5, '')"""
        ),
        row,
    )
    database.execute(text("""INSERT INTO epochs VALUES ('old', 1, '{"loss": 0.5}')"""))
    for script in further:
        _execute(database, script)
    database.commit()


def _execute(database: Connection, script: str) -> None:
    for statement in script.strip().split(";"):
        database.exec_driver_sql(statement)


def _check(home: Path, *, prediction: Prediction | None) -> None:
    """All is there that was, and new runs are taken."""
    store = RunStore(home)
    old = store.get("old")
    assert (old.status, old.architecture, old.metrics, old.seconds) == (Status.FINISHED, NET, {"accuracy": 0.9}, 7.5)
    assert old.prediction == prediction
    assert (old.progress.epoch, old.progress.num_batches) == (2, 9)
    assert old.facts == DatasetFacts(notes=("one.jpg is no picture.",))
    assert (old.owner, old.sharing, old.origin) == (OPERATOR.id, Sharing.EVERYBODY, "")
    assert store.recent(Visitor("anybody")) == [old]
    assert store.curves("old").epochs == [{"epoch": 1, "loss": 0.5}]
    assert store.seconds_until("old", 1) == 0.0
    new = store.create(NET, TrainingConfig(), prediction=Prediction(4.0, 5.0, 6.0))
    assert RunStore(home).recent(OPERATOR) == [store.get(new.id), old]


def _differences(home: Path) -> list:
    """Between the tables there are and those that the program expects."""
    engine = _connect(home)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == HEAD
        found = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    engine.dispose()
    return found


def test_the_last_revision_is_written_down_rightly() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_an_empty_store_is_made_as_the_program_expects_it(tmp_path: Path, each_database: str) -> None:
    RunStore(tmp_path)
    assert _differences(tmp_path) == []


def test_all_revisions_make_of_nothing_what_the_program_expects(tmp_path: Path, database: Connection) -> None:
    migrations.run_revisions(database)
    database.commit()
    assert _differences(tmp_path) == []


@pytest.mark.parametrize(
    ("further", "prediction"),
    [((), None), ((NEWER,), Prediction(1.0, 2.0, 3.0)), (("DROP TABLE points",), None)],
    ids=["oldest", "newest without revisions", "not wholly made"],
)
def test_a_store_without_revisions_is_adopted_with_its_runs(
    tmp_path: Path, database: Connection, further: tuple[str, ...], prediction: Prediction | None
) -> None:
    _make_oldest(database, *further)
    _check(tmp_path, prediction=prediction)
    assert _differences(tmp_path) == []


DIVERGED = "The loss became {} in epoch 1, batch 2: the weights grew beyond all bounds. Try a smaller one."
KNOWN = '{"epoch": 4, "batch": 5, "loss": 6e6}'


@pytest.mark.parametrize(
    ("status", "message", "known", "divergence"),
    [
        ("failed", DIVERGED.format("3.2e+16"), "null", Divergence(1, 2, 3.2e16)),
        ("failed", DIVERGED.format("NaN (not a number)"), "null", Divergence(1, 2, None)),
        ("failed", DIVERGED.format("3.2e+16"), KNOWN, Divergence(4, 5, 6e6)),
        ("failed", "The worker died.", "null", None),
        ("stopped", DIVERGED.format("3.2e+16"), "null", None),
    ],
    ids=["a number", "no number", "known already", "another failure", "not failed"],
)
def test_where_a_run_diverged_is_read_from_its_message(
    tmp_path: Path, database: Connection, status: str, message: str, known: str, divergence: Divergence | None
) -> None:
    _make_oldest(database)
    changed = {"status": status, "message": message, "progress": f'{PROGRESS[:-1]}, "divergence": {known}}}'}
    database.execute(text("UPDATE runs SET status = :status, message = :message, progress = :progress"), changed)
    database.commit()
    run = RunStore(tmp_path).get("old")
    assert (run.status, run.message, run.progress.divergence) == (status, message, divergence)
    assert (run.progress.epoch, run.progress.batch) == (2, 9)
    assert run.facts.notes == ("one.jpg is no picture.",)


def test_several_processes_may_upgrade_one_store_at_once(tmp_path: Path, database: Connection) -> None:
    _make_oldest(database)
    program = (
        "import sys; from pathlib import Path; from cnnviz.access.visitor import OPERATOR; "
        "from cnnviz.runs.store import RunStore; print('ready', flush=True); "
        "sys.stdin.read(); print(len(RunStore(Path(sys.argv[1])).recent(OPERATOR)))"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in started:
        assert process.stdout.readline() == "ready\n"
    for process in started:
        process.stdin.close()
    for process in started:
        assert process.wait(60) == 0, process.stderr.read()
        assert process.stdout.read() == "1\n"
        process.stdout.close()
        process.stderr.close()
    assert _differences(tmp_path) == []


@pytest.mark.parametrize("number", [1, 2])
def test_what_is_up_to_date_is_opened_without_alembic(tmp_path: Path, number: int) -> None:
    """It would take each start of a server a quarter of a second."""
    program = (
        f"import sys; from pathlib import Path; from cnnviz.runs.store import RunStore; "
        f"[RunStore(Path(sys.argv[1])) for _ in range({number})]; print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "False\n"


def test_a_store_of_a_newer_version_is_left_alone(tmp_path: Path, database: Connection) -> None:
    database.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
    database.exec_driver_sql("INSERT INTO alembic_version VALUES ('9999')")
    database.commit()
    with pytest.raises(StoreUnavailable, match=f"newer version of cnnviz.*Expected: revision {HEAD}.*Received.*9999"):
        RunStore(tmp_path)


def test_an_upgrade_that_breaks_off_changes_nothing(tmp_path: Path, database: Connection) -> None:
    _make_oldest(database)
    run = migrations.run_revisions

    def break_off(connection: Connection) -> None:
        run(connection)
        raise OSError("No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "run_revisions", break_off)
        with pytest.raises(StoreUnavailable, match="No space left"):
            RunStore(tmp_path)
    tables = set(inspect(database).get_table_names())
    database.rollback()
    assert tables == {"runs", "epochs", "points"}
    _check(tmp_path, prediction=None)


def test_a_store_that_somebody_else_has_made_is_adopted_and_its_broken_run_left_out(tmp_path: Path, caplog) -> None:
    shutil.copyfile(shared("cases/reliability/old-schema-runs.db"), tmp_path / "runs.db")
    store = RunStore(tmp_path)
    assert store.recent(OPERATOR) == []
    assert "'abc' (old)" in caplog.text
    new = store.create(NET, TrainingConfig())
    assert [run.id for run in RunStore(tmp_path).recent(OPERATOR)] == [new.id]
