import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { learn, plural, translate } from "../../../static/js/texts.js";

beforeEach(() => learn({}));

test("English needs no catalogue", () => {
  assert.equal(translate("Copied {name}", { name: "a prompt" }), "Copied a prompt");
  assert.equal(plural("{count} picture", "{count} pictures", 1), "1 picture");
  assert.equal(plural("{count} picture", "{count} pictures", 1200), "1,200 pictures");
});

test("what the page knows is said in its language", () => {
  learn({
    "Copied {name}": ["{name} kopiert"],
    "{count} picture": ["{count} Bild", "{count} Bilder"],
  });
  assert.equal(translate("Copied {name}", { name: "Prompt" }), "Prompt kopiert");
  assert.equal(plural("{count} picture", "{count} pictures", 1), "1 Bild");
  assert.equal(plural("{count} picture", "{count} pictures", 0), "0 Bilder");
  assert.equal(translate("Not there yet"), "Not there yet");
});

test("what nobody gave a value for stays as it is written", () => {
  assert.equal(translate("Write {blue|red}"), "Write {blue|red}");
  assert.equal(translate("Write {name}"), "Write {name}");
});
