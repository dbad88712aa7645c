/** Start of the offices' pages. They need the network; only their frame works without. */

import { startFrame } from "./frame.js";

startFrame("other");
