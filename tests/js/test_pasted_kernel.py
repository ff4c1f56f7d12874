"""Kernels as people copy them: what is understood fills the kernel, with its divisor; all else is refused whole."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from tests.js.lab import PICTURES, packet

PREWITT = [[-1, 0, 2], [-3, 0.5, 4], [-1, 0, 2]]
GRIDS: dict[str, tuple[str, float | None]] = {
    "a list, multiplied": ("1/12 * [[-1, 0, 2], [-3, .5, 4], [-1, 0, 2]]", 12),
    "a list, divided": ("[[-1,0,2],[-3,0.5,4],[-1,0,2]] / 12", 12),
    "NumPy": ("k = np.array([[-1, 0, 2],\n  [-3, .5, 4],\n  [-1, 0, 2]], dtype=np.float32) / 7.", 7),
    "what NumPy prints": ("array([[-1. ,  0. ,  2. ],\n       [-3. ,  0.5,  4. ],\n       [-1. ,  0. ,  2. ]])", None),
    "NumPy, in one row": ("np.array([-1,0,2,-3,.5,4,-1,0,2]).reshape(3, 3)/5", 5),
    "NumPy, a fraction before": ("(1/5.0) * np.asarray([[-1,0,2],[-3,.5,4],[-1,0,2]])", 5),
    "PyTorch": ("torch.tensor([[[[-1., 0., 2.], [-3., .5, 4.], [-1., 0., 2.]]]], device='cuda:0')", None),
    "tuples": ("((-1, 0, 2), (-3, .5, 4), (-1, 0, 2)) / 3", 3),
    "C": ("const float k[3][3] = {{-1.f, 0.f, 2.f}, {-3.f, 0.5f, 4.f}, {-1.f, 0.f, 2.f}};", None),
    "Mathematica": ("{{-1,0,2},{-3,1/2,4},{-1,0,2}}/8", 8),
    "MATLAB": ("K = [-1 0 2; -3 0.5 4; -1 0 2] / 8;", 8),
    "MATLAB in lines": ("[-1 0 2\n-3 0.5 4\n-1 0 2]", None),
    "LaTeX": ("$$\\frac{1}{8}\\begin{bmatrix}-1 & 0 & 2\\\\ -3 & 0.5 & 4\\\\ -1 & 0 & 2\\end{bmatrix}$$", 8),
    "LaTeX, a decimal comma": ("\\begin{pmatrix}-1&0&2\\\\-3&0{,}5&4\\\\-1&0&2\\end{pmatrix}", None),
    "LaTeX, an array": ("\\left[\\begin{array}{rrr}-1&0&2\\\\-3&.5&4\\\\-1&0&2\\end{array}\\right]", None),
    "Markdown": ("| -1 | 0 | 2 |\n|---:|:--|---|\n| -3 | 0.5 | 4 |\n| -1 | 0 | 2 |", None),
    "Markdown with a head": ("|a|b|c|\n|-|-|-|\n|-1|0|2|\n|-3|0,5|4|\n|-1|0|2|\n", None),
    "a sheet": ("-1\t0\t2\r\n-3\t0,5\t4\r\n-1\t0\t2\r\n", None),
    "a sheet with minus signs": ("\N{MINUS SIGN}1\t0\t2\n\N{EN DASH}3\t0,5\t4\n\N{MINUS SIGN}1\t0\t2", None),
    "decimal commas and semicolons": ("-1;0;2\n-3;0,5;4\n-1;0;2", None),
    "decimal commas and blanks": ("-1 0 2\n-3 0,5 4\n-1 0 2", None),
    "commas": ("-1,0,2\n-3,.5,4\n-1,0,2", None),
    "decimal commas and commas": ("-1, 0, 2\n-3, 0,5, 4\n-1, 0, 2", None),
    "quoted CSV": ('"-1";"0";"2"\r\n"-3";"0,5";"4"\r\n"-1";"0";"2"', None),
    "quoted CSV with commas": ('"-1","0","2"\n"-3","0,5","4"\n"-1","0","2"', None),
    "CSV that names its separator": ("sep=;\n-1;0;2\n-3;0,5;4\n-1;0;2", None),
    "formulas": ("=-1\t0\t2\n-3\t=1/2\t4\n-1\t0\t=4/2", None),
    "fractions of one letter": ("-1 0 2\n-3 ½ 4\n-1 0 2", None),
    "digits of full width": ("\uff0d１ ０ ２\n－３ ０．５ ４\n－１ ０ ２", None),
    "C#": ("float[,] k = new float[3, 3] { { -1f, 0f, 2f }, { -3f, .5f, 4f }, { -1f, 0f, 2f } };", None),
    "C#, of no declared size": ("new double[,]{{-1,0,2},{-3,.5,4},{-1,0,2}}", None),
    "Java": ("double[][] k = {new double[]{-1, 0, 2}, new double[]{-3, .5, 4}, new double[]{-1, 0, 2}};", None),
    "C++": ("std::vector<std::vector<float>> k{{-1, 0, 2}, {-3, .5, 4}, {-1, 0, 2}};", None),
    "OpenCV": ("Mat k = (Mat_<double>(3,3) << -1, 0, 2, -3, .5, 4, -1, 0, 2) / 6;", 6),
    "Kotlin": ("arrayOf(floatArrayOf(-1f,0f,2f), floatArrayOf(-3f,.5f,4f), floatArrayOf(-1f,0f,2f))", None),
    "Rust": ("let k = vec![vec![-1.0, 0.0, 2.0], vec![-3.0, 0.5, 4.0], vec![-1.0, 0.0, 2.0]];", None),
    "R, column by column": ("k <- matrix(c(-1, -3, -1, 0, .5, 0, 2, 4, 2), nrow = 3)", None),
    "R, row by row": ("matrix(c(-1,0,2,-3,.5,4,-1,0,2), nrow=3, byrow=TRUE)", None),
    "a text for NumPy": ("np.matrix('-1 0 2; -3 0.5 4; -1 0 2')", None),
    "comments": ("[[-1, 0, 2],  # above\n [-3, .5, 4],  // middle\n [-1, 0, 2]] /* end */", None),
    "large brackets": ("⎡-1 0 2⎤\n⎢-3 0.5 4⎥\n⎣-1 0 2⎦", None),
    "less": ("-[[1, 0, -2], [3, -.5, -4], [1, 0, -2]]", None),
    "less an array": ("- np.array([[1, 0, -2], [3, -.5, -4], [1, 0, -2]])", None),
    "more": ("+[[-1, 0, 2], [-3, .5, 4], [-1, 0, 2]]", 1),
    "MATLAB, each by a number": ("[-1 0 2; -3 0.5 4; -1 0 2] .* (1/8)", 8),
    "a decimal comma after it": ("[[-1, 0, 2], [-3, .5, 4], [-1, 0, 2]] * 0,125", 8),
}
MADE: dict[str, tuple[list[list[float]], float | None]] = {
    "np.ones((5, 5), np.float32) / 25": ([[1] * 5] * 5, 25),
    "1/8 * torch.ones(3, 3)": ([[1] * 3] * 3, 8),
    "k = tf.ones([3,3], dtype=tf.float32) / 6": ([[1] * 3] * 3, 6),
    "ones(7)/49": ([[1] * 7] * 7, 49),
    "np.full((3, 3), fill_value=1/4)": ([[0.25] * 3] * 3, None),
    "eye(3) / 3": ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], 3),
    "np.zeros((3, 3))": ([[0] * 3] * 3, None),
    "np.ones(9).reshape(3, 3) / 9": ([[1] * 3] * 3, 9),
    "ones(3)": ([[1] * 3] * 3, None),
    "[[1/4] * 3] * 3": ([[0.25] * 3] * 3, None),
    "np.outer([1, 2, 1], [-1, 0, 1]) / 8": ([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], 8),
}
REFUSED = {
    "[[1,2],[3,4]]": "Received: 2×2 numbers.",
    "1 2 3 4\n5 6 7 8\n1 2 3 4\n5 6 7 8": "Received: 4×4 numbers.",
    "[[1,2,1],[2,4,2]]": "Received: 2×3 numbers.",
    "[[1,2,1],[2,4],[1,2,1]]": "no grid of numbers",
    "[[1,2,1,a],[2,4,2,a],[1,2,1,a]]": "no grid of numbers",
    "[[1,2,1],[2,4,2],[1,2,1]] / x9 or 16": "no grid of numbers",
    "[[1,2,1],[2,4,2],[1,2,1]] / 0": "no grid of numbers",
    "1 2 1\n2 4000 2\n1 2 1": "Received: 4000.",
    "call me at 12 or 14": "no grid of numbers",
    "0,5, 0,25, 0,5": "Received: 1×3 numbers.",
    "0,1,0,2,0,1\n0,2,0,4,0,2\n0,1,0,2,0,1": "put semicolons or blanks between the numbers. Received: 3×6 numbers.",
    "np.random.rand(3, 3)": "no grid of numbers",
    "np.ones((3, 4))": "Received: 3×4 numbers.",
    "[[1,2,1],[2,4,2],[1,2,1]].map(f => f(1, 2))": "no grid of numbers",
    "[[9**99999,2,1],[2,4,2],[1,2,1]]": "no grid of numbers",
    "[[fetch('http://127.0.0.1:9/1'),2,1],[2,4,2],[1,2,1]]": "no grid of numbers",
    "1 2 1 " * 9_000: "no grid of numbers",
}
PASTE = """(cell, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text", text);
  cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""
ALONE = "Weight in row 2, column 3"
VALUES = "root => root.kernelLab.settings.values"


@pytest.fixture
def lab(give: Callable[[str, Any], Locator]) -> Locator:
    return give("kernel_lab", packet(PICTURES["noise"]))


@pytest.mark.parametrize("kind", GRIDS)
def test_a_copied_kernel_is_understood(modules: Page, kind: str) -> None:
    text, divisor = GRIDS[kind]
    found: Any = modules.evaluate(
        """async (text) => (await import("/kernel_lab/pasted_kernel.js")).pastedKernel(text)""", text
    )
    assert found == {"rows": PREWITT, "divisor": divisor}


@pytest.mark.parametrize("text", MADE)
def test_a_kernel_that_a_known_function_makes_is_written_out(modules: Page, text: str) -> None:
    found: Any = modules.evaluate(
        """async (text) => (await import("/kernel_lab/pasted_kernel.js")).pastedKernel(text)""", text
    )
    rows, divisor = MADE[text]
    assert found == {"rows": rows, "divisor": divisor}


@pytest.mark.parametrize(
    "text",
    [
        *("[[1,2,3],[4,5,6],[7,8,9]]//2", "[[1,2,3],[4,5,6],[7,8,9]]/3/3", "np.linspace(0, 1, 9).reshape(3, 3)"),
        *("np.rot90([[1,2,3],[4,5,6],[7,8,9]])", "np.flipud(np.array([[1,2,3],[4,5,6],[7,8,9]]))", "np.ones(3)"),
        *("np.abs([[1,2,3],[4,5,6],[7,8,-9]])", "t(matrix(c(1,2,3,4,5,6,7,8,9), nrow=3))"),
        *("np.array([[1,2,3],[4,5,6],[7,8,9]]).T", "np.array([1,2,3,4,5,6,7,8,9]).reshape(3,3,order='F')"),
    ],
)
def test_what_would_be_calculated_first_fills_no_cell(modules: Page, text: str) -> None:
    found: Any = modules.evaluate(
        """async (text) => (await import("/kernel_lab/pasted_kernel.js")).pastedKernel(text)""", text
    )
    assert found is None or len(found["rows"]) == 1  # a row is refused for its size


def test_a_copied_kernel_fills_the_cells_and_is_divided_as_it_says(lab: Locator) -> None:
    cell = lab.get_by_label("Weight in row 1, column 1")
    cell.evaluate(PASTE, "1/16 * [[1,2,1],[2,4,2],[1,2,1]]")
    values = lab.evaluate(VALUES)
    assert (values["kernels"], values["divisor"]) == ([[[1, 2, 1], [2, 4, 2], [1, 2, 1]]], 16)
    cell.evaluate(PASTE, "\n".join(["1\t0\t0\t0\t0,5"] * 5))
    values = lab.evaluate(VALUES)
    assert (values["kernels"], values["divisor"]) == ([[[1, 0, 0, 0, 0.5]] * 5], 1)


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_a_kernel_is_refused_whole(lab: Locator, text: str) -> None:
    before = lab.evaluate(VALUES)
    lab.get_by_label(ALONE).evaluate(PASTE, text)
    assert lab.evaluate(VALUES) == before
    said = lab.locator("[data-id=kernel-problem]").inner_text()
    assert REFUSED[text] in said
    assert "Expected 3×3, 5×5, 7×7 numbers" in said


def test_three_kernels_keep_their_size(lab: Locator) -> None:
    lab.evaluate("(root, values) => root.kernelLab.settings.change(values)", {"kind": "sum", "kernels": [PREWITT] * 3})
    lab.get_by_label(ALONE).evaluate(PASTE, "\n".join(["1 2 3 2 1"] * 5))
    assert lab.evaluate(VALUES)["kernels"] == [PREWITT] * 3
    assert "Expected 3×3 numbers" in lab.locator("[data-id=kernel-problem]").inner_text()


def test_one_number_goes_into_its_cell(lab: Locator) -> None:
    """The browser does that: nothing is taken from it."""
    untouched = PASTE.replace("cell.dispatchEvent", "return cell.dispatchEvent")
    assert [lab.get_by_label(ALONE).evaluate(untouched, text) for text in ("0,5", "1/9", "-3", "cat", "¾", "1½")] == [
        True
    ] * 6
