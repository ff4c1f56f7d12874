"""Robustness: a component that lets a net answer changed test images, in the browser or by a worker."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cnnviz.ui.components.bundle import register

KEY = "robustness"

_component = register(KEY)


@dataclass(frozen=True)
class RobustnessData:
    """What the component is given.

    Attributes
    ----------
    id : str
        Of run and epoch: with another one it begins anew.
    classes : sequence of str
        In the order of the net's answers.
    shape : sequence of int
        (H, W, C) of an image.
    series : sequence of dict
        Each corruption with its levels, see `corruptions.Series.as_dict`.
    num_test : int
        Images of the whole test set.
    counts : sequence of int
        Of how many images it may be asked.
    count : int
        The one of them that it begins with.
    inside : str
        Address of the page Inside with this net.
    net, images : str
        Addresses of the net and of its first test images; "" where a worker answers.
    questions : str
        Where a worker is asked, see `web.long_questions.questions_url`.
    epoch : int or None
        A kept epoch whose net it is.
    before : str
        What is said before there is an answer.
    keeps : bool
        Whether what the browser finds is kept with the run: the visitor may change it.
    """

    id: str
    classes: Sequence[str]
    shape: Sequence[int]
    series: Sequence[dict[str, Any]]
    num_test: int
    counts: Sequence[int]
    count: int
    inside: str
    net: str = ""
    images: str = ""
    questions: str = ""
    epoch: int | None = None
    before: str = ""
    keeps: bool = False


def robustness(data: RobustnessData) -> None:
    """Show how accurate a net is when its test images are changed."""
    _component(data=asdict(data), key=KEY)
