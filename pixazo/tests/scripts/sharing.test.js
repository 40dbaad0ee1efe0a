import assert from "node:assert/strict";
import { test } from "node:test";

import { share } from "../../../static/js/sharing.js";

const PICTURE = { title: "a red house", link: "https://site/w/coast/images/7/", file: "/w/coast/images/7/download/" };

/** A share sheet, and what it was given; `fails` is the name of the error that it answers with. */
function sheet({ takesFiles = false, fails = "" } = {}) {
  const given = [];
  const device = {
    canShare: () => takesFiles,
    async share(what) {
      if (fails) throw Object.assign(new Error(), { name: fails });
      given.push(what);
    },
  };
  return { device, given };
}

function answers(t, answer) {
  t.mock.method(globalThis, "fetch", async () => answer);
}

test("where the sheet takes files it gets the picture, by its own name", async (t) => {
  const headers = { "Content-Disposition": 'attachment; filename="a-red-house-1f2e3d4c.png"', "Content-Type": "image/png" };
  answers(t, new Response("picture", { headers }));
  const { device, given } = sheet({ takesFiles: true });
  assert.equal(await share(PICTURE, device), true);
  const [{ title, files: [file], url }] = given;
  assert.deepEqual([title, file.name, file.type, await file.text(), url], ["a red house", "a-red-house-1f2e3d4c.png", "image/png", "picture", undefined]);
});

test("where it takes none, or the picture can't be had, it gets the link", async (t) => {
  answers(t, new Response("", { status: 404 }));
  for (const takesFiles of [false, true]) {
    const { device, given } = sheet({ takesFiles });
    assert.equal(await share(PICTURE, device), true);
    assert.deepEqual(given, [{ title: "a red house", url: PICTURE.link }]);
  }
});

test("a sheet that was put away is no failure; one that takes nothing is, and so is none", async () => {
  assert.equal(await share(PICTURE, sheet({ fails: "AbortError" }).device), true);
  assert.equal(await share(PICTURE, sheet({ fails: "NotAllowedError" }).device), false);
  assert.equal(await share(PICTURE, {}), false);
});
