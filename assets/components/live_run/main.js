// A run while it trains, and after: progress, figures, curves, norms, matrix. Told only what is new, it appends.

import { mount } from "../shared/mount.js";
import { LiveRun } from "./live_run.js";

export default mount(".live-run", (root, args) => new LiveRun(root, args));
