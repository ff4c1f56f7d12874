"""The cells that train the net of a run: loss, optimizer, order of the images, schedule, and when it ends."""

from cnnviz.architecture.analysis.graph import trace
from cnnviz.reports.notebook.cells import Cell, code, words
from cnnviz.reports.notebook.recipe import Recipe
from cnnviz.training.config import OPTIMIZERS, TrainingConfig
from cnnviz.training.loop.schedule import END, START, STEP_FACTOR, WARM_SHARE

_OPTIMIZERS = {
    "sgd": "keras.optimizers.SGD(LEARNING_RATE, momentum={momentum})",
    "rmsprop": "keras.optimizers.RMSprop(LEARNING_RATE)",
    "adam": "keras.optimizers.Adam(LEARNING_RATE)",
    "adamw": "keras.optimizers.AdamW(LEARNING_RATE)",
}

_SQUARES = """
def loss(y_true, y_pred):
    \"\"\"Mean squared error between the probabilities and a 1 for the true class, 0 for the others.\"\"\"
    labels = keras.ops.reshape(keras.ops.cast(y_true, "int32"), (-1,))
    return keras.losses.mean_squared_error(keras.ops.one_hot(labels, len(CLASSES), dtype=y_pred.dtype), y_pred)
"""
_SHARES = """
def loss(y_true, y_pred):
    \"\"\"Cross-entropy of outputs that need not sum to 1: each is taken as its share of the sum.\"\"\"
    total = keras.ops.maximum(keras.ops.sum(y_pred, axis=-1, keepdims=True), keras.config.epsilon())
    return keras.losses.sparse_categorical_crossentropy(y_true, y_pred / total)
"""

_FACTORS = {
    "cosine": f"""
def factor(done):
    \"\"\"What the learning rate is multiplied by when this share of the run is done: half a cosine wave.\"\"\"
    return {END} + (1 - {END}) * (1 + math.cos(math.pi * done)) / 2
""",
    "one_cycle": f"""
def wave(start, end, share):
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


def factor(done):
    \"\"\"What the learning rate is multiplied by when this share of the run is done: it rises, then falls.\"\"\"
    if done < {WARM_SHARE}:
        return wave({START}, 1.0, done / {WARM_SHARE})
    return wave(1.0, {END}, (done - {WARM_SHARE}) / (1 - {WARM_SHARE}))
""",
    "step": f"""
def factor(done):
    \"\"\"What the learning rate is multiplied by when this share of the run is done: a tenth after each third.\"\"\"
    return {STEP_FACTOR} ** min(int(done * 3), 2)
""",
}

_SCHEDULE = """
class Schedule(keras.callbacks.Callback):
    \"\"\"Sets the learning rate before each batch.\"\"\"

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_begin(self, batch, logs=None):
        last = max(NUM_BATCHES * EPOCHS - 1, 1)
        step = self.epoch * NUM_BATCHES + batch
        self.model.optimizer.learning_rate = LEARNING_RATE * factor(min(step, last) / last)


callbacks.append(Schedule())
"""

_TARGET = """
class Target(keras.callbacks.Callback):
    \"\"\"Ends the training once so many of the training images are right.\"\"\"

    def on_epoch_end(self, epoch, logs):
        self.model.stop_training = self.model.stop_training or logs["accuracy"] >= {target}


callbacks.append(Target())
"""

_EARLY = """
class EarlyStop(keras.callbacks.Callback):
    \"\"\"Ends the training after {patience} epochs without a lower validation loss, with the best epoch's weights.

    The loss is that of the answers, as the run has it: `fit` takes it from before the softmax, where a sure mistake
    costs more.
    \"\"\"

    best_loss, best_epoch = math.inf, 0

    def on_epoch_end(self, epoch, logs=None):
        answers = self.model.predict(x_val, batch_size=256, verbose=0)
        loss = float(self.model.compute_loss(y=y_val, y_pred=answers, training=False))
        if loss < self.best_loss or not self.best_epoch:
            self.best_loss, self.best_epoch, self.best = loss, epoch + 1, self.model.get_weights()
        elif epoch + 1 - self.best_epoch >= {patience}:
            self.model.set_weights(self.best)
            self.model.stop_training = True


callbacks.append(EarlyStop())
"""


def learning_cells(recipe: Recipe) -> list[Cell]:
    """Write the cells after which the net is trained and `history` holds its curves."""
    config = recipe.config
    return [
        words(
            f"""
            ## The training

            {OPTIMIZERS[config.optimizer]} goes down the slope of the loss, batch by batch.
            """
        ),
        *_compile(recipe),
        *_order(config),
        *_callbacks(config),
        code(
            f"""
            history = learner.fit(
                batches,
                steps_per_epoch=NUM_BATCHES,
                epochs={_epochs(recipe)},
                validation_data=(x_val, y_val),
                validation_batch_size=256,
                callbacks=callbacks,
                shuffle=False,
                verbose=2,
            ).history
            """
        ),
    ]


def _epochs(recipe: Recipe) -> str:
    """So many as are planned, unless somebody has stopped it; a notebook stops by itself where the run did."""
    stops_alone = recipe.config.early_stopping or recipe.config.target_accuracy
    is_whole = recipe.num_epochs >= recipe.config.epochs
    return "EPOCHS" if is_whole or stops_alone else f"{recipe.num_epochs}"


def _compile(recipe: Recipe) -> list[Cell]:
    config, own = recipe.config, ""
    last = trace(recipe.architecture)[0][-1].layer
    loss = "binary_crossentropy" if recipe.one_output else "sparse_categorical_crossentropy"
    if config.loss == "mse":
        loss, own = ("mse", "") if recipe.one_output else ("", _SQUARES)
    elif "sigmoid" in (getattr(last, "activation", ""), getattr(last, "function", "")) and not recipe.one_output:
        loss, own = "", _SHARES
    metric = "BinaryAccuracy" if recipe.one_output else "SparseCategoricalAccuracy"
    made = _OPTIMIZERS[config.optimizer].format(momentum=config.momentum)
    return [
        *([code(own)] if own else []),
        code(
            f"""
            learner.compile(
                optimizer={made},
                loss={f'"{loss}"' if loss else "loss"},
                metrics=[keras.metrics.{metric}(name="accuracy")],
            )
            """
        ),
    ]


def _order(config: TrainingConfig) -> list[Cell]:
    """Batches in the order of the run (`training.loop.order`)."""
    weighted = (
        """
        present, counts = np.unique(y_train, return_counts=True)
        class_weights = np.zeros(len(CLASSES), np.float32)
        class_weights[present] = len(y_train) / (len(present) * counts)
        arrays.append(tf.constant(class_weights[y_train]))
        """
        if config.class_weights
        else ""
    )
    also = " Each image of a rare class counts more, so that all classes count alike." if weighted else ""
    return [
        words(
            f"""
            The order of the images in an epoch follows from the seed and the number of the epoch alone, so it is
            that of the run.{also}
            """
        ),
        code("arrays = [tf.constant(x_train), tf.constant(y_train)]"),
        *([code(weighted)] if weighted else []),
        code(
            """
            NUM_BATCHES = math.ceil(len(x_train) / BATCH_SIZE)


            def epoch_batches(epoch):
                order = tf.range(len(x_train), dtype=tf.int64)
                order = tf.random.experimental.stateless_shuffle(order, seed=tf.stack([SEED, tf.cast(epoch, tf.int32)]))
                return tf.data.Dataset.from_tensor_slices(order).batch(BATCH_SIZE)


            batches = tf.data.Dataset.range(EPOCHS).flat_map(epoch_batches)
            batches = batches.map(lambda indices: tuple(tf.gather(array, indices) for array in arrays)).prefetch(2)
            """
        ),
    ]


def _callbacks(config: TrainingConfig) -> list[Cell]:
    cells = [code("callbacks = []")]
    if config.schedule != "constant":
        cells += [words("The learning rate changes over the run."), code(f"{_FACTORS[config.schedule]}\n{_SCHEDULE}")]
    if config.target_accuracy is not None:
        cells.append(code(_TARGET.format(target=config.target_accuracy)))
    if config.early_stopping is not None:
        cells.append(code(_EARLY.format(patience=config.early_stopping)))
    return cells
