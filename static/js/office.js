/** Start of the offices' pages. They need the network; only their frame works without. */

import { startFrame } from "./frame.js";
import { tellRole } from "./worker.js";

startFrame();
tellRole("other");
