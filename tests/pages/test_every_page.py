import os
import subprocess
import sys
from pathlib import Path

import pytest

from cnnviz.access.visitor import OPERATOR
from cnnviz.runs.records import Status
from cnnviz.ui.app.page_frame import PAGES


@pytest.mark.parametrize("name", PAGES)
def test_every_page_renders_without_an_exception(open_page, engine, name: str) -> None:
    for run in engine.store.recent(OPERATOR):
        if run.status is Status.FAILED:  # one of another test, of which the Runs page would say so
            engine.store.delete(run.id)
    page = open_page(name)
    assert not page.exception
    assert not page.error
    assert len(page.title) == 1


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("query", ["net", "run", "kernel", "maps_index", "kernels_sample"])
def test_rubbish_in_a_link_breaks_no_page(open_page, finished_run, name: str, query: str) -> None:
    page = open_page(name, **{query: "<script>../%00 1e999"})
    assert not page.exception
    assert len(page.title) == 1


PROGRAM = """
import sys
from streamlit.testing.v1 import AppTest
from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.training.config import TrainingConfig
from cnnviz.ui.app import services
from cnnviz.ui.app.page_frame import PAGES

run = services.engine().train(get_preset("digits-small").architecture, TrainingConfig(limit=100, epochs=1), by=OPERATOR)
run = services.engine().wait(run.id)
for name in PAGES:
    app = AppTest.from_file("cnnviz/ui/main.py", default_timeout=240)
    app.query_params["run"] = run.id
    page = app.switch_page(f"../../pages/{name}.py").run()
    assert not page.exception and not page.error, name
services.close()
print(run.status, "tensorflow" in sys.modules, "keras" in sys.modules)
"""


@pytest.mark.usefixtures("own_cluster")
def test_rendering_every_page_and_training_bring_no_tensorflow_into_the_server(project: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "CNNVIZ_HOME": str(tmp_path), "PYTHONPATH": str(project)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=project, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.stdout.split() == ["finished", "False", "False"], done.stderr
