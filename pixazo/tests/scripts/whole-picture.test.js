import assert from "node:assert/strict";
import { test } from "node:test";

import { isWhole } from "../../../static/js/whole-picture.js";

// Of 8 by 8 pixels, as Pillow writes them.
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAuklEQVR4nAXBvwpAQBwA4CN3x3Ln0iWDbjGaTB7BU3oNT2CQLAYjpS5J/k3UL5fvs8qybJqGECKldF33vu8wDJ/nsYUQWZad58k5X5aFUup5XhzHdtu2WmtKad/3GGMhhFJqGAbnfd8kSYwxlmUxxgBgmiZCiH1d1ziO3/cFQeD7/rqu27ZJKW2M8XEclFIAmOcZABhjXdc5eZ4bY7TWCKF93znndV0XReForQFAKcUYS9O0qqooihBCP1tWWpov/leRAAAAAElFTkSuQmCC";
const WEBP = "UklGRkwAAABXRUJQVlA4IEAAAACQAQCdASoIAAgAAUAmJaQAAppikcAA9q04amkNmVo/H6+qulPGSjDvr+dEMC98OgOub9RkIgxPZ9eYh2oaygAA";

const bytes = (base64) => new Uint8Array(Buffer.from(base64, "base64"));
const half = (whole) => whole.subarray(0, whole.length / 2);

/** A head that holds a smaller picture, with an end of its own, then a scan. */
function jpeg(...scan) {
  return new Uint8Array([0xff, 0xd8, 0xff, 0xe1, 0, 6, 0xff, 0xd8, 0xff, 0xd9, 0xff, 0xda, 0, 4, 1, 1, ...scan]);
}

test("a picture that is all there is whole", () => {
  for (const whole of [bytes(PNG), bytes(WEBP), jpeg(5, 0xff, 0, 7, 0xff, 0xd9)]) assert.equal(isWhole(whole), true);
});

test("half a picture is not, whatever stands in its head", () => {
  for (const whole of [bytes(PNG), bytes(WEBP)]) assert.equal(isWhole(half(whole)), false);
  assert.equal(isWhole(jpeg(5, 0xff, 0, 7)), false);
  assert.equal(isWhole(jpeg().subarray(0, 12)), false);
  assert.equal(isWhole(bytes(PNG).subarray(0, 33)), false); // a head, and nothing of its pixels
});

test("bytes that only fill up before a marker make no picture half", () => {
  const filled = new Uint8Array([0xff, 0xd8, 0xff, 0xff, 0xff, ...jpeg(5, 0xff, 0xd9).subarray(3)]);
  assert.equal(isWhole(filled), true);
  assert.equal(isWhole(filled.subarray(0, -2)), false);
});

test("what is missing behind the pixels is not missed", () => {
  assert.equal(isWhole(bytes(PNG).subarray(0, -12)), true);
});

test("of what is no picture the site has the word", () => {
  for (const text of ["", "I am no picture.", "%PDF-1.7 and so on"]) assert.equal(isWhole(new TextEncoder().encode(text)), true);
});

test("no file makes it read beyond its end, or for ever", () => {
  for (const base64 of [PNG, WEBP]) {
    const whole = bytes(base64);
    for (let length = 0; length <= whole.length; length += 1) isWhole(whole.subarray(0, length));
    for (let at = 0; at < whole.length; at += 1) isWhole(whole.with(at, 255));
  }
  const whole = jpeg(5, 0xff, 0xd9);
  for (let at = 0; at < whole.length; at += 1) for (const value of [0, 255]) isWhole(whole.with(at, value));
});
