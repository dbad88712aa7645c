/** The pages that a new phone loads first: a leader's home and the form of an entry. They are kept light. */

import { start } from "./app.js";
import { startEvent } from "./pages/event-form.js";
import { startHome } from "./pages/home.js";
import { startMe } from "./pages/me.js";

start({
  home: startHome,
  me: startMe,
  event: startEvent,
});
