/** The pages of a leader's month. The first form that a new phone loads is one of them, so they are kept light. */

import { start } from "./app.js";
import { startEvent } from "./pages/event-form.js";
import { startHome } from "./pages/home.js";
import { startOutbox } from "./pages/outbox-page.js";
import { startReport } from "./pages/report-form.js";
import { startSlip } from "./pages/slip.js";

start({
  home: startHome,
  event: startEvent,
  report: startReport,
  slip: startSlip,
  outbox: startOutbox,
});
