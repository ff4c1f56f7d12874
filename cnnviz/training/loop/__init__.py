"""One training, on a worker: `run.train` is the way in. Imports Keras."""
