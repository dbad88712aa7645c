/** The pages of the round from door to door, for leaders and coordinators. */

import { start } from "./app.js";
import { startCoordinatorHome } from "./pages/coordinator-home.js";
import { startMessage, startTold } from "./pages/feedback.js";
import { startHousehold } from "./pages/household.js";
import { startHouseholdForm } from "./pages/household-form.js";
import { startNeed } from "./pages/need.js";
import { startNeeds } from "./pages/needs.js";
import { startRound } from "./pages/round.js";
import { startScan } from "./pages/scan.js";
import { startVisitForm } from "./pages/visit-form.js";
import { startVisit } from "./pages/visit-page.js";

start({
  scan: startScan,
  coordinator: startCoordinatorHome,
  round: startRound,
  household: startHousehold,
  "household-form": startHouseholdForm,
  "visit-form": startVisitForm,
  visit: startVisit,
  need: startNeed,
  needs: startNeeds,
  told: startTold,
  message: startMessage,
});
