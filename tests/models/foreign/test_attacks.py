"""Files that were made to do harm are refused in one sentence, fast, and without anything being run or opened."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.helpers import run_python
from tests.models.foreign import attacks_on_keras
from tests.models.foreign.attacks import ATTACKS, CANARY
from tests.models.foreign.bombs import BOMBS

REFUSED, READ = ATTACKS | attacks_on_keras.REFUSED | BOMBS, attacks_on_keras.READ

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
read_model(Path(sys.argv[2]).read_bytes())  # what is imported at the first net is no harm
for path in sorted(Path(sys.argv[1]).iterdir()):
    data, before, said = path.read_bytes(), time.process_time(), ""
    watched = True
    try:
        said = f"READ: {[layer.kind for layer in read_model(data).architecture.layers]}"
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
    made = REFUSED | READ
    for number, make in enumerate(made.values()):
        (folder / f"{number:03}").write_bytes(make())
    sound = folder.with_name("sound.keras")
    sound.write_bytes(attacks_on_keras.sound())
    rows = json.loads(run_python(PROGRAM, str(folder), str(sound)))
    named = {name: rows[f"{number:03}"] for number, name in enumerate(made)}
    return named | {"memory": rows["memory"], "modules": rows["modules"]}


@pytest.mark.parametrize("name", REFUSED)
def test_a_harmful_file_is_refused_in_a_sentence(name: str, answers: dict[str, Any]) -> None:
    said, seconds, events = answers[name]
    assert not said.startswith(("READ", "NOT REFUSED"))
    assert "Received: " in said
    assert len(said) < 700
    assert seconds < SECONDS
    assert events == []


@pytest.mark.parametrize("name", READ)
def test_what_is_no_part_of_a_net_is_never_made(name: str, answers: dict[str, Any]) -> None:
    said, seconds, events = answers[name]
    assert said == "READ: ['conv']"
    assert seconds < SECONDS
    assert events == []


def test_no_attack_left_anything_or_took_all_memory(answers: dict[str, Any]) -> None:
    assert answers["memory"] < MEGABYTES
    assert answers["modules"] == []
    assert not [path for path in (Path(CANARY), Path("..") / CANARY, Path("../..") / CANARY) if path.exists()]
