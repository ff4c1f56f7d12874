// Home: a digit is drawn, and a trained net reads it while the pen moves. All of it happens in the browser.

import { mount } from "../shared/mount.js";
import { Home } from "./home.js";

export default mount(".home-net", (root) => new Home(root));
