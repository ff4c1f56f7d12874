"""The cells that look at the trained net: curves beside those of the run, scores, confusion matrix, maps."""

from typing import Any

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.reports.notebook.cells import Cell, code, words
from cnnviz.reports.notebook.recipe import Recipe

CURVES = ("loss", "val_loss", "accuracy", "val_accuracy")


def result_cells(recipe: Recipe) -> list[Cell]:
    """Write the cells that show how well the net has learned, and what it makes of an image."""
    return [
        words(
            """
            ## What it has learned

            The loss and the accuracy after each epoch. Crosses are what the run in cnnviz recorded; where a net is
            quite sure of wrong answers, its validation loss is larger here: `fit` takes it from before the softmax.
            """
        ),
        _curves(recipe),
        *_scores(recipe),
        *_maps(recipe),
        words("## Keep it"),
        code('model.save("model.keras")'),
    ]


def _curves(recipe: Recipe) -> Cell:
    recorded = "".join(f"    {name!r}: {_values(recipe, name)},\n" for name in CURVES)
    return code(
        f"RUN = {{\n{recorded}}}\n"
        + """
figure, axes = plt.subplots(1, 2, figsize=(9, 3.2))
for axis, metric in zip(axes, ("loss", "accuracy")):
    for name, colour in ((metric, "tab:blue"), (f"val_{metric}", "tab:orange")):
        axis.plot(range(1, len(history[name]) + 1), history[name], color=colour, label=name)
        axis.plot(range(1, len(RUN[name]) + 1), RUN[name], "x", color=colour)
    axis.set_xlabel("epoch")
    axis.legend()
plt.show()
"""
    )


def _values(recipe: Recipe, name: str) -> list[Any]:
    values = (epoch.get(name) for epoch in recipe.curves.epochs)
    return [float(f"{value:.6g}") if isinstance(value, int | float) else None for value in values]


def _scores(recipe: Recipe) -> list[Cell]:
    accuracy = recipe.run.metrics.get("accuracy")
    guesses = "(probabilities[:, 0] > 0.5).astype(int)" if recipe.one_output else "probabilities.argmax(axis=1)"
    known = "" if accuracy is None else f"print(f'Test accuracy of the run: {accuracy:.4f}')\n"
    return [
        words(
            """
            The test images were not learned from, so they tell what the net makes of images that it has never seen. On
            another processor, or with other versions, numbers are rounded otherwise in their last digits, and after
            many steps some images may be answered otherwise: expect the accuracy within about one per cent of the
            run's, on the same machine the same.
            """
        ),
        code(
            "probabilities = model.predict(x_test, batch_size=256, verbose=0)\n"
            f"guesses = {guesses}\n"
            "accuracy = float((guesses == y_test).mean())\n"
            "print(f'Test accuracy here:       {accuracy:.4f}')\n"
            f"{known}"
        ),
        words("The confusion matrix: a row for each class, and what it was taken for. Off its diagonal are mistakes."),
        code(
            """
            from sklearn.metrics import ConfusionMatrixDisplay, classification_report

            numbers = range(len(CLASSES))
            print(classification_report(y_test, guesses, labels=numbers, target_names=CLASSES, zero_division=0))
            ConfusionMatrixDisplay.from_predictions(
                y_test, guesses, labels=numbers, display_labels=CLASSES, cmap="Blues", xticks_rotation="vertical"
            )
            plt.show()
            """
        ),
    ]


def _maps(recipe: Recipe) -> list[Cell]:
    """What the first and the last layer that gives maps by a kernel make of a test image."""
    kernels = [
        report for report in analyze(recipe.architecture).layers if report.macs and len(report.output_shape) == 3
    ]
    if not kernels:
        return []
    names = list(dict.fromkeys((kernels[0].name, kernels[-1].name)))
    return [
        words("Each kernel of a convolution makes a map of the image: bright where it has found what it looks for."),
        code(
            f"""
            shown = x_test[:1]
            for name in {names}:
                maps = keras.Model(model.inputs[0], model.get_layer(name).output)(shown, training=False)[0]
                figure, axes = plt.subplots(2, 8, figsize=(9, 2.6))
                figure.suptitle(f"{{name}}, of an image of {{CLASSES[y_test[0]]}}")
                for number, axis in enumerate(axes.flat):
                    axis.axis("off")
                    if number < maps.shape[-1]:
                        axis.imshow(maps[..., number], cmap="viridis")
                plt.show()
            """
        ),
    ]
