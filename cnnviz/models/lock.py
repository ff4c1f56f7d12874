"""The lock around everything that creates Keras layers."""

import threading

keras_lock = threading.RLock()
"""Held while models are built or loaded: every new layer draws from the process-wide random state, so two threads
that create layers at once would take each other's seeds."""
