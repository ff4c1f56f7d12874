"""What a worker does while it waits for its first question."""

import subprocess
import sys

from tests.helpers import SECONDS

PROGRAM = """
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
from cnnviz.engine.workers import warm
warm._import_keras()
assert "tensorflow" in sys.modules
os.write(2, b"what comes later is told")
"""


def test_nothing_that_tensorflow_notes_at_its_import_reaches_the_terminal() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=SECONDS, check=True)
    assert done.stderr == "what comes later is told"
    assert done.stdout == ""
