/** Start of the offices' pages. They need the network; only their frame works without. */

import { startFrame } from "./frame.js";
import { unfoldForPaper } from "./paper.js";
import { tickTogether } from "./ticks.js";
import { tellRole } from "./worker.js";

startFrame();
tellRole("other");
unfoldForPaper();
tickTogether();
