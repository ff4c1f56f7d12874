// What the benches `live-net` and `what-if` measure (cnnviz/bench/live_net.py).

import { Net } from "./net.js";
import { WhatIf } from "./what_if.js";

export default { Net, WhatIf };
