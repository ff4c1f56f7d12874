"""What the environment sets, when it is read, and what is said of a value that cannot be used."""

import re
from functools import partial
from pathlib import Path

import pytest

from cnnviz.cli.parser import main
from cnnviz.errors import InvalidConfig
from cnnviz.settings import LIMITS, Settings, read_places, read_settings

PROJECT = Path(__file__).parents[1]
OF_OTHERS = {"keras_home": "KERAS_HOME"}
FOLDERS = ("home", "images", "keras_home")
VARIABLES = {name: OF_OTHERS.get(name, f"CNNVIZ_{name.upper()}") for name in Settings.model_fields}


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (*VARIABLES.values(), "DASK_DISTRIBUTED__SCHEDULER_ADDRESS"):
        monkeypatch.delenv(variable, raising=False)


def test_without_variables_everything_is_at_its_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert read_settings().model_dump() == {
        "home": tmp_path / ".cnnviz",
        "database_url": None,
        "scheduler": None,
        "tls_ca": None,
        "tls_cert": None,
        "tls_key": None,
        "max_epochs": None,
        "max_seconds": None,
        "max_params": None,
        "max_macs": None,
        "max_memory": None,
        "max_worker_memory": None,
        "operator": None,
        "max_upload_bytes": 500_000_000,
        "max_upload_days": 30,
        "frame_ancestors": "'self'",
        "images": None,
        "keras_home": tmp_path / ".keras",
        "cifar10": "cifar10",
    }


@pytest.mark.parametrize("name", Settings.model_fields)
def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    before = read_settings()
    monkeypatch.setenv(VARIABLES[name], "")
    assert read_settings() == before


def test_a_change_of_the_environment_is_seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for text, value in (("3", 3), ("4", 4)):
        monkeypatch.setenv("CNNVIZ_MAX_EPOCHS", text)
        assert read_settings().max_epochs == value


@pytest.mark.parametrize(("text", "value"), [("61705", 61_705), ("1e9", 10**9), (" 2.5e3 ", 2500), (" ", None)])
@pytest.mark.parametrize("name", LIMITS)
def test_all_limits_are_read_by_one_rule(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, value: int | None
) -> None:
    monkeypatch.setenv(VARIABLES[name], text)
    assert getattr(read_settings(), name) == value


@pytest.mark.parametrize("text", ["many", "-5", "0", "0.5", "nan", "inf", "1e40"])
@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_that_is_no_number_of_1_or_more_is_said(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    monkeypatch.setenv(VARIABLES[name], text)
    with pytest.raises(InvalidConfig) as caught:
        read_settings()
    assert str(caught.value) == (
        f"{VARIABLES[name]} must be a number of 1 or more, such as 20 or 5e6. Correct or remove it. Received: {text}"
    )


def test_a_wrong_limit_keeps_nobody_from_what_lies_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CNNVIZ_MAX_MACS", "many")
    monkeypatch.setenv("CNNVIZ_HOME", str(tmp_path))
    assert read_places().home == read_settings("home").home == tmp_path


def test_folders_may_begin_with_a_tilde(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in FOLDERS:
        monkeypatch.setenv(VARIABLES[name], "~/there")
        assert getattr(read_places(), name) == tmp_path / "there"


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_of_an_unknown_user_is_said_of_its_own_variable(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(VARIABLES[name], "~nosuchuser/z")
    for read in (read_settings, read_places, partial(read_settings, name), partial(read_places, name)):
        with pytest.raises(InvalidConfig) as caught:
            read()
        assert str(caught.value) == (
            f"{VARIABLES[name]} must be the path of a folder, such as /data or ~/data; after ~ only the name of a user "
            "of this machine. Correct or remove it. Received: ~nosuchuser/z"
        )


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_wrong_variable_stops_only_those_who_ask_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    for other in (*FOLDERS, *LIMITS):
        monkeypatch.setenv(VARIABLES[other], "~nosuchuser/z")
    right = "5" if name in LIMITS else "five:5" if name == "scheduler" else str(tmp_path)
    monkeypatch.setenv(VARIABLES[name], right)
    assert str(getattr(read_settings(name), name)) == right


def test_what_is_not_asked_for_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.setenv(VARIABLES[name], "7" if name in LIMITS else "/seven")
    for variable in (VARIABLES["scheduler"], "DASK_DISTRIBUTED__SCHEDULER_ADDRESS"):
        monkeypatch.setenv(variable, "seven:7")
    for name in Settings.model_fields:
        found = read_settings(name).model_dump()
        assert [other for other, value in found.items() if str(value) in ("7", "/seven", "seven:7")] == [name]


def test_a_field_that_names_a_variable_is_read_from_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    before = read_settings()
    monkeypatch.setenv("CNNVIZ_KERAS_HOME", "/elsewhere")
    assert read_settings() == before


def test_the_runs_are_listed_whatever_is_wrong_with_the_folders_of_images(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setenv("CNNVIZ_HOME", str(tmp_path))
    for variable in ("KERAS_HOME", "CNNVIZ_IMAGES", "CNNVIZ_MAX_MACS"):
        monkeypatch.setenv(variable, "~nosuchuser/z")
    assert main(("runs", "--json")) == 0
    assert '"runs": []' in capsys.readouterr().out
    monkeypatch.setenv("CNNVIZ_HOME", "~nosuchuser/z")
    assert main(("runs",)) != 0
    said = capsys.readouterr().err
    assert "CNNVIZ_HOME must be the path of a folder" in said
    assert "Traceback" not in said


def test_dasks_own_variable_names_the_scheduler_where_ours_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER_ADDRESS", "tcp://theirs:8786")
    assert read_places().scheduler == "tcp://theirs:8786"
    monkeypatch.setenv("CNNVIZ_SCHEDULER", "tcp://ours:8786")
    assert read_places().scheduler == "tcp://ours:8786"


def test_the_readme_lists_every_variable_by_the_words_of_the_class() -> None:
    table = re.findall(r"^\| `([A-Z0-9_]+)` \| (.*?) \|", (PROJECT / "README.md").read_text(), re.MULTILINE)
    assert table == [(VARIABLES[name], field.description) for name, field in Settings.model_fields.items()]
