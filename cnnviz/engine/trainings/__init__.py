"""The server's side of trainings: queue, dispatch to a worker, record what it tells, recover. Knows no Keras."""
