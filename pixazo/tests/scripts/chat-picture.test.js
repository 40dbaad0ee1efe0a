import assert from "node:assert/strict";
import { test } from "node:test";

import { own, pictureOf } from "../../../static/js/chat-picture.js";

const ID = "0193a6c2-7a1e-7b7c-8000-0123456789ab";
const PAGE = `https://site.example/w/coast/images/${ID}/`;

test("a picture's page names it", () => {
  assert.deepEqual(own(PAGE, "https://site.example", "coast"), { id: ID, path: `/w/coast/images/${ID}/` });
  assert.equal(own(`# from a browser\r\n${PAGE}\r\nhttps://other.example/`, "https://site.example", "coast").id, ID);
});

test("what is elsewhere, another workspace's, or no picture is none", () => {
  assert.equal(own(PAGE, "https://elsewhere.example", "coast"), null);
  assert.equal(own(PAGE, "https://site.example", "hills"), null);
  for (const list of ["", "no address", "https://site.example/", `${PAGE}share/`, `https://site.example/w/coast/images/1/`]) assert.equal(own(list, "https://site.example", "coast"), null);
});

test("of what is pasted or dropped the first picture counts, and words are none", () => {
  const [words, picture] = [{ type: "text/plain" }, { type: "image/png" }];
  assert.equal(pictureOf({ files: [words, picture] }), picture);
  for (const data of [null, {}, { files: [words] }]) assert.equal(pictureOf(data), undefined);
});
