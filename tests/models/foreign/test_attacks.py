"""Files that were made to do harm are refused in one sentence, fast, and without anything being run or opened."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.helpers import run_python
from tests.models.foreign.attacks import ATTACKS, CANARY

SECONDS = 2  # of a processor, which is not longer on a busy machine
MEGABYTES = 500

PROGRAM = """
import encodings.cp437, json, pickle, re, sys, time
from pathlib import Path
from cnnviz.errors import InvalidModel
from cnnviz.models.read_model import read_model

FORBIDDEN = ("os.system", "os.exec", "os.posix_spawn", "subprocess.Popen", "pickle.find_class", "marshal.loads",
             "socket.connect", "os.mkdir", "os.remove", "open", "exec", "compile", "import")
events, watched = [], False

def watch(event, arguments):
    if watched and event in FORBIDDEN:
        events.append(f"{event} {arguments!r}"[:200])

sys.addaudithook(watch)
rows = {}
for path in sorted(Path(sys.argv[1]).iterdir()):
    data, before, said = path.read_bytes(), time.process_time(), ""
    watched = True
    try:
        read_model(data)
    except InvalidModel as error:
        said = str(error)
    except BaseException as error:
        said = f"NOT REFUSED: {error!r}"[:300]
    watched = False
    rows[path.name] = [said, time.process_time() - before, list(events)]
    events.clear()
rows["memory"] = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
rows["modules"] = sorted({"keras", "tensorflow", "torch"} & set(sys.modules))
print(json.dumps(rows))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("attacks")
    for number, make in enumerate(ATTACKS.values()):
        (folder / f"{number:03}").write_bytes(make())
    rows = json.loads(run_python(PROGRAM, str(folder)))
    named = {name: rows[f"{number:03}"] for number, name in enumerate(ATTACKS)}
    return named | {"memory": rows["memory"], "modules": rows["modules"]}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_harmful_file_is_refused_in_a_sentence(name: str, answers: dict[str, Any]) -> None:
    said, seconds, events = answers[name]
    assert said, "it was read as a net"
    assert "Received: " in said
    assert not said.startswith("NOT REFUSED")
    assert len(said) < 700
    assert seconds < SECONDS
    assert events == []


def test_no_attack_left_anything_or_took_all_memory(answers: dict[str, Any]) -> None:
    assert answers["memory"] < MEGABYTES
    assert answers["modules"] == []
    assert not [path for path in (Path(CANARY), Path("..") / CANARY, Path("../..") / CANARY) if path.exists()]
