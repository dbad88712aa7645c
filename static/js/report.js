/** The pages of a leader's month that come once in it: the report, its slip, what waits and what arrived. */

import { start } from "./app.js";
import { startOutbox } from "./pages/outbox-page.js";
import { startReport } from "./pages/report-form.js";
import { startSlip } from "./pages/slip.js";

start({
  report: startReport,
  slip: startSlip,
  outbox: startOutbox,
});
