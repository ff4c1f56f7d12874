// The same picture through several nets. `data` is what cnnviz/ui/components/compare_nets.py packs.

import { mount } from "../shared/mount.js";
import { CompareNets } from "./compare_nets.js";

export default mount(".compare-nets", (root, args) => new CompareNets(root, args));
