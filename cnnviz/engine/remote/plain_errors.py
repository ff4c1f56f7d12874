"""How errors travel from a worker to the server."""

import functools
import logging
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from cnnviz.errors import CnnvizError, UnexpectedFailure

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)


def call_plainly(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call and let only errors without Keras objects out: reading one would import TensorFlow into the server."""
    try:
        return function(*args, **kwargs)
    except CnnvizError as error:
        failure = type(error)(str(error))
    except Exception as error:
        logger.exception("A task failed")
        failure = UnexpectedFailure(f"The worker met an unexpected {type(error).__name__}: {str(error)[:300]}")
    raise failure


def plain_errors(function: Callable[P, T]) -> Callable[P, T]:
    """Make a function raise as `call_plainly` does."""

    @functools.wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        return call_plainly(function, *args, **kwargs)

    return guarded
