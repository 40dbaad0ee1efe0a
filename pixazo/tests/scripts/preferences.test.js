import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

// A page in miniature: the block of base.html, the cookie, and a site that answers as the test says.
let page;
let number = 0;

async function open(block, answer = () => new Response("{}")) {
  page = Object.assign(new EventTarget(), {
    cookie: "csrftoken=abc",
    getElementById: (id) => (id === "preferences" && block ? { textContent: JSON.stringify(block) } : null),
    sent: [],
    said: [],
    changes: [],
  });
  page.addEventListener("toast", ({ detail }) => page.said.push(detail.text));
  page.addEventListener("preferencechange", ({ detail }) => page.changes.push([detail.key, detail.value]));
  const kept = new Map();
  Object.assign(globalThis, {
    document: page,
    location: { href: "/" },
    HTMLElement: class {},
    customElements: { define() {} },
    fetch: async (url, options) => {
      page.sent.push({ url, ...options, body: JSON.parse(options.body) });
      return answer(page.sent.length);
    },
  });
  globalThis.localStorage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, String(value)) };
  number += 1;
  return import(`../../../static/js/preferences.js?${number}`);
}

const refusal = () => new Response(JSON.stringify({ error: { code: "invalid", message: "It won't do." } }), { status: 400 });

beforeEach(() => (page = null));

test("what the page brought is preferred", async () => {
  const { preferred } = await open({ theme: "dark", sound: false });
  assert.equal(preferred("theme"), "dark");
  assert.equal(preferred("sound"), false);
});

test("a change is there at once, and is sent with the cookie's token", async () => {
  const { prefer, preferred } = await open({ theme: "dark" });
  const kept = prefer("theme", "light");
  assert.equal(preferred("theme"), "light");
  assert.equal(await kept, true);
  assert.deepEqual(page.changes, [["theme", "light"]]);
  assert.equal(page.sent.length, 1);
  assert.deepEqual([page.sent[0].url, page.sent[0].method, page.sent[0].body], ["/account/preferences/", "PATCH", { theme: "light" }]);
  assert.equal(page.sent[0].headers["X-CSRFToken"], "abc");
});

test("what is refused is put back and said", async () => {
  const { prefer, preferred } = await open({ theme: "dark" }, refusal);
  assert.equal(await prefer("theme", "pink"), false);
  assert.equal(preferred("theme"), "dark");
  assert.deepEqual(page.said, ["Your choice was not kept. It won't do."]);
  assert.deepEqual(page.changes.at(-1), ["theme", "dark"]);
});

test("changes made while one is under way go together, the last of each", async () => {
  let go;
  const gate = new Promise((resolve) => (go = resolve));
  const { prefer } = await open({ theme: "dark", sound: false }, async (turn) => {
    if (turn === 1) await gate;
    return new Response("{}");
  });
  const first = prefer("theme", "light");
  await new Promise(setImmediate);
  prefer("sound", true);
  prefer("theme", "system");
  const last = prefer("theme", "dark");
  go();
  await Promise.all([first, last]);
  assert.deepEqual(page.sent.map(({ body }) => body), [{ theme: "light" }, { sound: true, theme: "dark" }]);
});

test("a refusal does not undo what was chosen since", async () => {
  const { prefer, preferred } = await open({ theme: "dark" }, (turn) => (turn === 1 ? refusal() : new Response("{}")));
  const first = prefer("theme", "pink");
  await Promise.resolve();
  await Promise.resolve();
  const second = prefer("theme", "light");
  await Promise.all([first, second]);
  assert.equal(preferred("theme"), "light");
});

test("a visitor's choice stays in this browser", async () => {
  const { prefer, preferred } = await open(null);
  assert.equal(preferred("theme"), undefined);
  assert.equal(await prefer("theme", "light"), true);
  assert.equal(preferred("theme"), "light");
  assert.equal(page.sent.length, 0);
});
