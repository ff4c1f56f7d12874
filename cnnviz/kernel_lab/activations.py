"""Activation functions on maps, by the names and with the constants Keras gives them."""

from collections.abc import Callable

import numpy as np

Activation = Callable[[np.ndarray], np.ndarray]

LEAKY_SLOPE = 0.2  # keras.activations.leaky_relu


def linear(values: np.ndarray) -> np.ndarray:
    """x, as float32."""
    return np.asarray(values, dtype=np.float32)


def relu(values: np.ndarray) -> np.ndarray:
    """max(x, 0)."""
    return np.maximum(linear(values), 0)


def leaky_relu(values: np.ndarray) -> np.ndarray:
    """x above 0, LEAKY_SLOPE * x below."""
    values = linear(values)
    return np.where(values >= 0, values, np.float32(LEAKY_SLOPE) * values)


def elu(values: np.ndarray) -> np.ndarray:
    """x above 0, exp(x) - 1 below."""
    values = linear(values)
    return np.where(values >= 0, values, np.expm1(np.minimum(values, 0)))


def sigmoid(values: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)), between 0 and 1."""
    # By tanh, because exp(-x) overflows for large negative x.
    return 0.5 * (np.tanh(0.5 * linear(values)) + 1)


def tanh(values: np.ndarray) -> np.ndarray:
    """Hyperbolic tangent, between -1 and 1."""
    return np.tanh(linear(values))


def gelu(values: np.ndarray) -> np.ndarray:
    """x times the normal distribution's share below x; exact, not the tanh approximation.

    References
    ----------
    Hendrycks and Gimpel, "Gaussian Error Linear Units", arXiv:1606.08415.
    """
    from scipy.special import ndtr

    values = linear(values)
    return values * ndtr(values).astype(np.float32)


ACTIVATIONS: dict[str, Activation] = {
    "linear": linear,
    "relu": relu,
    "leaky_relu": leaky_relu,
    "elu": elu,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "gelu": gelu,
}
