"""`inspect --fool` and `--maximise`: the files hold what the net really answers to."""

from pathlib import Path

import numpy as np
import pytest

from cnnviz.imaging.decode import decode_image
from tests.cli.test_nets import answer, folder, home, net, run

__all__ = ["folder", "home", "net"]  # fixtures

pytestmark = pytest.mark.usefixtures("scheduler")


def test_a_picture_is_changed_until_the_answer_flips(capsys, home: Path, folder: Path, net) -> None:
    asked = ("inspect", folder / "net.keras", folder / "picture.png", "--classes", "ant,bee,cat")
    first = answer(capsys, "predict", folder / "net.keras", folder / "picture.png", "--classes", "ant,bee,cat")
    label = first["predictions"][0]["label"]
    target = next(name for name in ("ant", "bee", "cat") if name != label)
    for kind in ("pixels", "step"):
        out = home / f"{kind}.npz"
        said = answer(capsys, *asked, "--fool", kind, "--target", target, "--out", out)
        assert (said["fooled"], said["before"], said["after"]) == (True, label, target)
        with np.load(out) as kept:
            assert np.array_equal(kept["before"] + kept["change"], kept["after"])
            assert said["largest"] == np.abs(kept["change"]).max()
            assert said["pixels"] == kept["change"].any(axis=-1).sum()
            probabilities = np.asarray(net(kept["after"][None] / np.float32(255)))[0]
        assert ("ant", "bee", "cat")[int(probabilities.argmax())] == target
    picture = home / "after.png"
    said = answer(capsys, *asked, "--fool", "step", "--size", "3", "--out", picture)
    assert (said["size"], said["largest"]) == (3, 3)
    assert decode_image(picture.read_bytes()).image.shape == (12, 10, 3)


def test_a_picture_that_excites_a_unit_needs_no_picture(capsys, home: Path, folder: Path) -> None:
    out = home / "made.npz"
    asked = ("inspect", folder / "net.keras", "--maximise", "edges", "--unit", "2", "--steps", "30", "--jitter", "1")
    said = answer(capsys, *asked, "--out", out)
    assert said["activation"] > said["activation_at_first"]
    with np.load(out) as kept:
        assert kept["image"].shape == (12, 10, 3)
        assert len(kept["activations"]) == said["steps"] + 1 == 31
    answer(capsys, *asked, "--out", home / "made.png")
    with np.load(out) as kept:
        assert np.array_equal(decode_image((home / "made.png").read_bytes()).image, kept["image"])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--fool", "step"), "required: IMAGE"),
        ((), "required: IMAGE"),
        (("{picture}", "--fool", "step", "--candidates", "3"), "candidates"),
        (("{picture}", "--fool", "step", "--size", "300"), "from 1 to 255. Received: 300"),
        (("{picture}", "--fool", "step", "--class", "1"), "--class is not for --fool"),
        (("{picture}", "--target", "1"), "--target belongs to --fool"),
        (("{picture}", "--steps", "9"), "belongs to --method, --fool or --maximise"),
        (("--maximise", "edges", "{picture}"), "leave the image out"),
        (("--maximise", "nothing"), "edges"),
        (("--maximise", "edges", "--unit", "4"), "expected 0 to 3. Received: 4"),
        (("--maximise", "edges", "--fool", "step"), "not allowed with"),
    ],
)
def test_what_cannot_be_gets_one_sentence(capsys, home: Path, folder: Path, arguments, expected: str) -> None:
    filled = [argument.replace("{picture}", str(folder / "picture.png")) for argument in arguments]
    code, _, err = run(capsys, "inspect", folder / "net.keras", *filled)
    assert code == 2
    assert expected in err
    assert err.count("\n") == 1
