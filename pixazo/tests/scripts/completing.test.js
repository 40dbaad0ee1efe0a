import assert from "node:assert/strict";
import { test } from "node:test";

import { asking, offersFor } from "../../../static/js/completing.js";

const WORDS = {
  styles: [{ id: "1", name: "Watercolour" }, { id: "2", name: "Pixel art" }],
  lists: [{ name: "colour", count: 3, sample: "red, blue" }, { name: "places", count: 2, sample: "the sea" }],
  recent: ["a red house", "a full moon", "night"],
};

const offers = (before) => offersFor(asking(before), WORDS).map(({ label, insert }) => [label, insert]);

test("a style after <", () => {
  assert.deepEqual(offers("a house <wat"), [["Watercolour", ""]]);
  assert.deepEqual(offers("<").map(([label]) => label), ["Watercolour", "Pixel art"]);
});

test("a list after two lines or a brace", () => {
  assert.deepEqual(offers("a __col"), [["__colour__", "__colour__"]]);
  assert.deepEqual(offers("a __!col"), [["__colour__", "__!colour__"]]);
  assert.deepEqual(offers("a {pla"), [["__places__", "{__places__"]]);
});

test("a phrase of one's own", () => {
  assert.deepEqual(offers("the sea, a re"), [["a red house", "a red house"]]);
  assert.deepEqual(offers("the sea, a red house"), []);
});

test("nothing is asked after a finished list, or in the middle of nothing", () => {
  assert.equal(asking("a __colour__"), null);
  assert.equal(asking("a house, "), null);
  assert.equal(asking(""), null);
});
