// What the benches `live-net`, `what-if` and `attribution` measure (cnnviz/bench/net_page.py), and tests of the bundle open.

import * as attribution from "./attribution.js";
import { Backward } from "./backward.js";
import { LiveNet } from "./live_net.js";
import { Net } from "./net.js";
import { WhatIf } from "./what_if.js";

export default { attribution, Backward, LiveNet, Net, WhatIf };
