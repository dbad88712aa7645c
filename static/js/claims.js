/** Start of the pages on claims: they work out dates on the phone, keep nothing and send nothing. */

import { startClaim } from "./pages/claim.js";

startClaim();
