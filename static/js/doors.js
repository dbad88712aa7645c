/** The pages of the round from door to door, for leaders and coordinators. */

import { start } from "./app.js";
import { startScan } from "./pages/scan.js";

start({
  scan: startScan,
});
