"""What the panel of a training says while a run waits, and while nothing of it can be kept."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import create_engine, text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cnnviz.access.visitor import OPERATOR
from cnnviz.runs.records import Status
from cnnviz.training.config import TrainingConfig
from cnnviz.ui.app import services
from cnnviz.web.live.route import live_route, live_url
from tests.helpers import DIGITS_NET as NET
from tests.helpers import until

FULL = "CREATE TRIGGER full BEFORE INSERT ON points BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"


def _told(run_id: str) -> dict[str, Any]:
    """What the panel of a run says at first."""
    app = Starlette(routes=[live_route(services.engine)])
    with TestClient(app) as client, client.websocket_connect(live_url(run_id, OPERATOR, "")) as socket:
        return json.loads(socket.receive_text())["head"]


def test_a_waiting_run_says_how_many_come_before_and_about_how_long(engine) -> None:
    until(lambda: engine.status().state == "ready")
    engine.calibrator.measure_once()
    engine.calibrator.wait(120)
    first, second, mine = (engine.train(NET, TrainingConfig(epochs=epochs), by=OPERATOR).id for epochs in (300, 100, 1))
    until(lambda: engine.store.last_epoch(first) >= 2)
    assert _told(mine)["words"].startswith("Waiting: 2 trainings before yours, about ")
    for run_id in (mine, second, first):
        engine.command(run_id, "stop", by=OPERATOR)
        engine.wait(run_id)
    assert engine.store.get(mine).message == "Stopped by hand while it waited in the queue."


def test_a_store_that_refuses_is_said_with_the_run_until_it_is_well_again(engine) -> None:
    database = create_engine(f"sqlite:///{engine.store.home / 'runs.db'}")
    with database.begin() as connection:
        connection.execute(text(FULL))  # before it begins: it might end before that is done
    try:
        run_id = engine.train(NET, TrainingConfig(epochs=12, limit=500), by=OPERATOR).id
        until(lambda: engine.trouble(run_id))
        said = _told(run_id)["trouble"]
        assert said.endswith("The training goes on meanwhile, and is kept as soon as that is done.")
        assert "database or disk is full" in said
    finally:
        with database.begin() as connection:
            connection.execute(text("DROP TRIGGER full"))
        database.dispose()
    assert engine.wait(run_id).status is Status.FINISHED
    positions = [point["epoch"] for point in engine.store.curves(run_id).points]
    assert positions == sorted(set(positions))
    assert positions[-1] == 12
    assert _told(run_id)["trouble"] == ""


def test_images_are_shown_as_the_training_page_is_set_to_read_them(
    open_page, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    random = np.random.default_rng(0)
    for label in ("cat", "dog"):
        for number in range(8):
            place = tmp_path / "pets" / label / f"{number}.png"
            place.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(random.integers(0, 256, (60, 80, 3), dtype=np.uint8)).save(place)
    monkeypatch.setenv("CNNVIZ_IMAGES", str(tmp_path))
    page = open_page("training")
    page.selectbox(key="training_dataset").set_value("own").run()
    page.button(key="use_served").click().run()
    page.selectbox(key="images_side").set_value(48).run()
    page.switch_page("../../pages/images.py").run()
    page.selectbox(key="training_dataset").set_value("own").run()
    assert not page.exception
    assert any("Shown at 48 × 48, in colour, as set on the Training page" in one.value for one in page.caption)
    page.session_state["images_tab"] = "Pixels and labels"
    page.run()
    said = next(one.value for one in page.markdown if "48 × 48 × 3" in one.value)
    assert "scaled to 48 × 48. Its file may hold others." in said, "the pictures are stored with 60 × 80 pixels"
    assert not any("as stored" in str(group.options) for group in page.get("button_group"))
    assert any("class 0 of 0 to 1" in one.value for one in page.markdown)
    shown, one_hot = (table.value for table in page.dataframe[-2:])
    assert shown.shape == (48, 48)
    assert one_hot.to_dict("records") == [{"0: cat": 1, "1: dog": 0}]
    next(one for one in page.get("button_group") if one.label == "Scale").set_value("0 to 1, as a net gets them").run()
    assert np.array_equal(page.dataframe[-2].value.to_numpy(), shown.to_numpy() / 255)
    page.session_state["images_tab"] = "Files"
    page.run()
    files = page.dataframe[-1].value
    assert sorted(files["File"]) == sorted(f"{label}/{n}.png" for label in ("cat", "dog") for n in range(8))
    assert all(name.startswith(label) for name, label in zip(files["File"], files["Label"], strict=True))
    page.session_state["images_tab"] = "Sizes"
    page.run()
    assert not page.exception
    assert any("All 16 pictures are 60 × 80 (height × width)." in one.value for one in page.caption)
