import assert from "node:assert/strict";
import { test } from "node:test";

import { seriesOf } from "../../../static/js/chart-series.js";

test("each column of numbers is a series, by its head's name", () => {
  const { labels, series } = seriesOf(
    ["From", "Made", "Failed"],
    [
      ["08:00", 3, 0],
      ["09:00", 5, 1],
    ],
  );
  assert.deepEqual(labels, ["08:00", "09:00"]);
  assert.deepEqual(series, [
    { name: "Made", values: [3, 5] },
    { name: "Failed", values: [0, 1] },
  ]);
});

test("columns of words are no series, and a cell without a number is a gap", () => {
  const { series } = seriesOf(["Code", "How often", "For example"], [["lost", 2, null], ["late", null, null]]);
  assert.deepEqual(series, [{ name: "How often", values: [2, null] }]);
});
