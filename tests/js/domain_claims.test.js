import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  assistance,
  childcare,
  endorsement,
  registration,
  residencePermit,
} from "../../static/js/domain/claims.js";
import { vectors } from "./support/vectors.js";

const cases = vectors("claims");
const path = new URL("../../webapp/claims/data/rules.json", import.meta.url);
const figures = JSON.parse(readFileSync(path, "utf8"));

const found = {
  childcare: ({ born, today, adopted }) => childcare(born, today, figures, adopted),
  assistance: ({ scheme, born, today }) => assistance(scheme, born, today, figures),
  residence_permit: ({ registered }) => residencePermit(registered, figures),
  endorsement: ({ issued, today }) => endorsement(issued, today, figures),
  registration: ({ kind, day }) => registration(kind, day, figures),
};

for (const [kind, rows] of Object.entries(cases)) {
  for (const row of rows) {
    test(`${kind}: ${row.name}`, () => assert.deepEqual(found[kind](row), row.is));
  }
}
