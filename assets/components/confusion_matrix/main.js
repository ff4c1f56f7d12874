// The confusion matrix of the page Evaluation. `data` is what cnnviz/ui/components/confusion_matrix.py packs.

import { mount } from "../shared/mount.js";
import { ConfusionMatrix } from "./matrix.js";

export default mount(".confusion-matrix", (root, args) => new ConfusionMatrix(root, args));
