// How accurate a net is when its test images are changed. `data` is what cnnviz/ui/components/robustness.py packs.

import { mount } from "../shared/mount.js";
import { Robustness } from "./robustness.js";

export default mount(".robustness", (root, args) => new Robustness(root, args));
