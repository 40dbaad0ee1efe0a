import assert from "node:assert/strict";
import { test } from "node:test";

import { zoneOf } from "../../../static/js/zone.js";

test("a zone that the browser knows is drawn in", () => {
  assert.equal(zoneOf("Europe/Berlin"), "Europe/Berlin");
});

test("nothing chosen, or one that the browser does not know, is the browser's own", () => {
  for (const name of [undefined, null, "", "Mars/Olympus"]) assert.equal(zoneOf(name), undefined);
});
