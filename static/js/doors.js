/** The pages of the round from door to door, for leaders and coordinators. */

import { start } from "./app.js";

start({});
