"""The scripts that the kernel lab shows run as they stand, and give what the lab shows."""

from typing import Any, get_args

import numpy as np
import pytest

from cnnviz.imaging.decode import encode_png
from cnnviz.imaging.samples import load_sample
from cnnviz.kernel_lab.activations import ACTIVATIONS
from cnnviz.kernel_lab.code import languages
from cnnviz.kernel_lab.kernels import KERNELS
from cnnviz.kernel_lab.number_pictures import load_number_picture
from cnnviz.kernel_lab.settings import Kind, LabSettings
from tests.kernel_lab.reference import lab_output

pytestmark = pytest.mark.keras  # the scripts run, those with Keras among them

TOLERANCES = {"NumPy": 1e-3, "OpenCV": 1e-3, "Keras": 2e-2}  # Keras computes in float32
SAMPLE = "text"  # 172 x 448, grey
EMBOSS = KERNELS["emboss"].matrix
FIVE = tuple(tuple(float(i * j % 4 - 1) for j in range(5)) for i in range(5))
THREE = (KERNELS["sobel_x"].matrix, KERNELS["blur"].matrix, EMBOSS)
CASES = {
    "plain": {},
    "blur": {"kernels": (KERNELS["blur"].matrix,)},
    "same, stride 2, reflect": {"kernels": (FIVE,), "padding": "same", "stride": 2, "border": "reflect"},
    "full, dilation 2, wrap": {"kernels": (EMBOSS,), "padding": "full", "dilation": 2, "border": "wrap", "flip": True},
    "same, stride 3, dilation 2": {"kernels": (EMBOSS,), "padding": "same", "stride": 3, "dilation": 2},
    "auto divisor, replicate": {"kernels": (FIVE,), "divisor": "auto", "padding": "same", "border": "replicate"},
    "bias": {"bias": -12.5, "divisor": 3, "activation": "relu"},
}


def results(settings: LabSettings, image: np.ndarray, sample: str | None) -> dict[str, np.ndarray]:
    found = {}
    for language, code in languages(settings, sample=sample, shape=image.shape[:2]).items():
        namespace: dict[str, Any] = {}
        exec(compile(code, f"{language}.py", "exec"), namespace)
        found[language] = np.atleast_3d(namespace["result"])
    return found


def check(settings: LabSettings, image: np.ndarray, sample: str | None = SAMPLE) -> None:
    expected = lab_output(image, settings)
    for language, result in results(settings, image, sample).items():
        assert result.shape == expected.shape, language
        np.testing.assert_allclose(result, expected, rtol=1e-5, atol=TOLERANCES[language], err_msg=language)


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("case", CASES)
def test_each_script_gives_what_the_lab_shows(kind: str, case: str) -> None:
    check(LabSettings(kind=kind, **CASES[case]), load_sample(SAMPLE))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_each_script_knows_every_activation(activation: str) -> None:
    check(LabSettings(activation=activation, bias=5), load_sample(SAMPLE))


@pytest.mark.parametrize("kind", ["sum", "depthwise", "separable", "pointwise"])
@pytest.mark.parametrize("flip", [False, True])
def test_each_script_handles_a_kernel_for_each_plane_of_a_photo_that_was_scaled_down(kind: str, flip: bool) -> None:
    settings = LabSettings(kind=kind, kernels=THREE, flip=flip, divisor="auto", mix=(1, -2, 0.5), stride=2)
    check(settings, load_sample("coffee"), "coffee")


@pytest.mark.parametrize("kind", ["grey", "sum"])
def test_each_script_of_a_number_picture_brings_its_numbers(kind: str) -> None:
    check(LabSettings(kind=kind, padding="same"), load_number_picture("digit"), "digit")


def test_each_script_turns_a_colour_photo_grey_as_the_lab_does() -> None:
    check(LabSettings(), load_sample("chelsea"), "chelsea")


@pytest.mark.parametrize("stride", [1, 2, 5])
@pytest.mark.parametrize("dilation", [1, 2])
def test_each_script_pulls_a_picture_apart_by_any_stride(stride: int, dilation: int) -> None:
    check(LabSettings(kind="transposed", kernels=(EMBOSS,), stride=stride, dilation=dilation), load_sample(SAMPLE))


def test_each_script_reads_a_picture_of_one_s_own(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    image = np.random.default_rng(0).integers(0, 256, (21, 34, 3), dtype=np.uint8)
    (tmp_path / "picture.png").write_bytes(encode_png(image))
    monkeypatch.chdir(tmp_path)
    check(LabSettings(kind="sum", kernels=THREE), image, None)
