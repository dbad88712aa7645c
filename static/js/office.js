/** Start of the offices' pages. They need the network; only their frame works without. */

import { startFrame } from "./frame.js";
import { pageData } from "./messages.js";
import { unfoldForPaper } from "./paper.js";
import { tellRole } from "./worker.js";

startFrame();
tellRole(pageData("account")?.role === "coordinator" ? "coordinator" : "other");
unfoldForPaper();
