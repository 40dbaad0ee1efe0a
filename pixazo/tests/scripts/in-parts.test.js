import assert from "node:assert/strict";
import test from "node:test";
import { parts, sendInParts } from "../../../static/js/in-parts.js";

test("a file is cut into parts that lie end to end", () => {
  assert.deepEqual(parts(5, 2), [
    { number: 0, from: 0, to: 2 },
    { number: 1, from: 2, to: 4 },
    { number: 2, from: 4, to: 5 },
  ]);
  assert.equal(parts(4, 2).length, 2);
});

test("an empty one is a part, too, so that somebody can say what is wrong with it", () => {
  assert.deepEqual(parts(0, 2), [{ number: 0, from: 0, to: 0 }]);
});

test("they are sent in their order, one after the other", async () => {
  const got = [];
  const shares = [];
  let underway = 0;
  const send = async (part, number) => {
    assert.equal(underway++, 0);
    got[number] = await part.text();
    underway--;
  };
  await sendInParts(new Blob(["abcde"]), 2, send, (share) => shares.push(share));
  assert.deepEqual(got, ["ab", "cd", "e"]);
  assert.deepEqual(shares, [0.4, 0.8, 1]);
});

test("what is refused ends it", async () => {
  const sent = [];
  const send = async (part, number) => {
    sent.push(number);
    if (number === 1) throw new Error("no");
  };
  await assert.rejects(sendInParts(new Blob(["abcde"]), 2, send), /no/);
  assert.deepEqual(sent, [0, 1]);
});
