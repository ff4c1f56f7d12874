// What the benches `live-net` and `what-if` measure (cnnviz/bench/net_page.py), and tests of the bundle open.

import { LiveNet } from "./live_net.js";
import { Net } from "./net.js";
import { WhatIf } from "./what_if.js";

export default { LiveNet, Net, WhatIf };
