"""Bare Keras, for comparison. Light at import: a worker runs it."""

from typing import Any


def bare_fit(net: Any, config: Any) -> float:
    """Build, and `fit` with validation after each epoch; nothing else."""
    from cnnviz.datasets.registry import load_dataset
    from cnnviz.models.build import build_model
    from cnnviz.training.loop.compile import compile_model

    data = load_dataset(config.dataset)
    model = build_model(net, seed=config.seed)
    compile_model(model, config, len(data.info.classes))
    test = (data.x_test, data.y_test)
    history = model.fit(
        data.x_train,
        data.y_train,
        batch_size=config.batch_size,
        epochs=config.epochs,
        validation_data=test,
        validation_batch_size=256,
        verbose=0,
    )
    return float(history.history["loss"][-1])
