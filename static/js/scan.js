/** The scan page of an office, which keeps nothing: every card is asked of the server. */

import { startFrame } from "./frame.js";
import { startScan } from "./pages/scan.js";
import { tellRole } from "./worker.js";

startFrame();
tellRole("other");
startScan();
