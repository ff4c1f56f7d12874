"""A process that uses seeded inputs one after the other and prints a line of JSON for each.

python -m tests.fuzz.child KIND FIRST LAST: prints {"seed", "seconds", "megabytes", "outcome"}; the outcome is "" for an
input that was used, the name of a CnnvizError for one that was refused, and a traceback for anything else. The seconds
are those of the processor, of all threads: what else the machine does must not count.
"""

import json
import os
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from cnnviz.errors import CnnvizError
from tests.fuzz import files, texts

PLACE = Path(tempfile.gettempdir())
CANARY, SECRET = PLACE / "cnnviz-fuzz-canary", PLACE / "cnnviz-fuzz-secret"
EVENTS = (
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "subprocess.Popen",
    "socket.connect",
    "pickle.find_class",
)
executed: list[str] = []


def watch(event: str, args: tuple) -> None:
    """Note what no input may cause."""
    if event in EVENTS or (event == "open" and str(args[0]) in (str(CANARY), str(SECRET))):
        executed.append(f"{event} {args!r}"[:200])


def use_picture(data: bytes) -> None:
    from cnnviz.imaging.decode import decode_image
    from cnnviz.imaging.preprocess import prepare

    decoded = decode_image(data).image
    each_in_turn(*(partial(prepare, decoded, (28, 28, 1), style=style) for style in ("digit", "photo")))


def use_zip(data: bytes) -> None:
    from cnnviz.datasets.sources.folder import describe_images, load_images
    from cnnviz.datasets.statistics.image_sizes import shape_histogram

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "some.zip"
        path.write_bytes(data)
        each_in_turn(*(partial(look, path) for look in (describe_images, shape_histogram, load_images)))


def use_net(text: str) -> None:
    from cnnviz.architecture.analysis.analyze import analyze
    from cnnviz.architecture.export.keras_code import keras_functional
    from cnnviz.architecture.spec import Architecture

    net = Architecture.from_json(text)
    analyze(net)
    keras_functional(net)


def use_link(text: str) -> None:
    from cnnviz.architecture.export.url import decode

    decode(text)


def use_query(query: dict[str, str]) -> None:
    from cnnviz.kernel_lab.settings import settings_from_link

    settings_from_link(query)


def use_values(values: Any) -> None:
    from cnnviz.kernel_lab.kernels import parse_kernel
    from cnnviz.kernel_lab.settings import settings_from_component

    settings_from_component(values)
    cells = values.get("kernels") if isinstance(values, dict) else None
    if isinstance(cells, list) and cells and isinstance(cells[0], list):
        parse_kernel([row if isinstance(row, list) else [row] for row in cells[0]])


def use_model_file(data: bytes) -> None:
    """As a page does with a net that is brought along: read it as data, then let a worker build and ask it."""
    import numpy as np

    from cnnviz.evaluation.predict import predict_probabilities
    from cnnviz.inspection.activations import maps_and_kernels
    from cnnviz.models.browser_export import model_from_net
    from cnnviz.models.read_model import read_model

    net = read_model(data)
    model = model_from_net(net.architecture, net.net)
    images = np.full((2, *net.architecture.input_shape), 90, np.uint8)
    maps = maps_and_kernels(model, images[0])[0]
    if len(model.output_shape) == 2:
        predict_probabilities(model, images)
    assert len(maps.layers) > len(net.architecture.layers)


def make_keras_file(seed: int) -> bytes:
    from tests.fuzz.nets import keras_file

    return keras_file(seed, CANARY, SECRET)


KINDS: dict[str, tuple[Callable[[int], Any], Callable[[Any], None]]] = {
    "picture": (files.picture, use_picture),
    "zip": (files.zipped, use_zip),
    "net": (texts.net_text, use_net),
    "link": (texts.link, use_link),
    "lab link": (texts.lab_query, use_query),
    "lab values": (texts.lab_values, use_values),
    "keras": (make_keras_file, use_model_file),
}


def each_in_turn(*uses: Callable[[], Any]) -> None:
    """Call all, though one is refused; then raise the last refusal."""
    refused = None
    for use in uses:
        try:
            use()
        except CnnvizError as error:
            refused = error
    if refused:
        raise refused


def use(kind: str, seed: int) -> dict[str, Any]:
    """Use one input and say how that went."""
    make, used = KINDS[kind]
    made = make(seed)
    executed.clear()
    Path("/proc/self/clear_refs").write_text("5")  # the peak of memory begins anew
    started, outcome = time.process_time(), ""
    try:
        used(made)
    except CnnvizError as error:
        outcome = type(error).__name__
        if len(str(error)) > 1500 or "Received" not in str(error):
            outcome = f"Traceback: a sentence as no one should be: {str(error)[:300]}"
    except BaseException:  # noqa: BLE001  that is what is looked for
        outcome = traceback.format_exc()[-1500:]
    seconds = time.process_time() - started
    peak = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1000
    if executed or CANARY.exists():
        outcome = f"Traceback: executed {executed}"
    return {"seed": seed, "seconds": round(seconds, 2), "megabytes": round(peak), "outcome": outcome}


def main() -> None:
    kind, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    warnings.simplefilter("ignore")
    CANARY.unlink(missing_ok=True)
    SECRET.write_text("secret")
    use(kind, first)  # what is imported at the first use is not what an input costs
    sys.addaudithook(watch)
    for seed in range(first, last):
        print(json.dumps(use(kind, seed)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
