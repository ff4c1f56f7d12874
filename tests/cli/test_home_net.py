"""`home-net` makes the files of assets/nets/home again."""

from argparse import Namespace
from pathlib import Path

import pytest

from cnnviz.cli import home_net
from cnnviz.cli.parser import make_parser
from cnnviz.models.net_file import read_manifest
from cnnviz.runs.files import MODEL_FILE, TEST_FILE
from cnnviz.runs.shipped import HOME_NET, NET_FILE, RECORD_FILE, read_record
from cnnviz.training.config import TrainingConfig
from cnnviz.training.recipes import Recipe
from tests.helpers import DIGITS_NET


@pytest.mark.usefixtures("scheduler")
def test_it_writes_net_answers_and_record_of_the_recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNVIZ_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(home_net, "STARTER", Recipe(DIGITS_NET, TrainingConfig(limit=100, epochs=2)))
    answer = home_net.make_home_net(Namespace(out=str(tmp_path / "net")))
    written = {path.name for path in (tmp_path / "net").iterdir()}
    assert written == {MODEL_FILE, NET_FILE, TEST_FILE, RECORD_FILE} == {path.name for path in HOME_NET.iterdir()}
    assert read_record(tmp_path / "net")["metrics"] == answer.data["metrics"]
    assert len(read_record(tmp_path / "net")["epochs"]) == 2
    assert read_manifest((tmp_path / "net" / NET_FILE).read_bytes())["name"] == DIGITS_NET.name


def test_by_default_it_writes_where_the_pages_read() -> None:
    options = make_parser().parse_args(["home-net"])
    assert options.run is home_net.make_home_net
    assert options.out is None
