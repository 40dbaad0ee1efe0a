import assert from "node:assert/strict";
import { test } from "node:test";

import { explained, notify, permission } from "../../../static/js/browser-notice.js";

globalThis.document ??= { querySelector: () => null };
const browser = (isSecure, Kind) => Object.assign(globalThis, { isSecureContext: isSecure, Notification: Kind });

test("what the browser does is said, not hoped", () => {
  browser(false, class { static permission = "granted"; });
  assert.match(explained(permission(), false), /https/);
  browser(true, undefined);
  assert.match(explained(permission(), true), /shows no notifications/);
  browser(true, class { static permission = "denied"; });
  assert.match(explained(permission(), true), /refuses/);
  browser(true, class { static permission = "default"; });
  assert.match(explained(permission(), true), /not been asked/);
  assert.match(explained(permission(), false), /ask you first/);
});

test("one is shown only where it is allowed", () => {
  const shown = [];
  class Kind {
    static permission = "granted";
    constructor(title, { tag }) {
      shown.push([title, tag]);
    }
  }
  browser(true, Kind);
  assert.equal(notify("done", { tag: "one" }), true);
  Kind.permission = "default";
  assert.equal(notify("done"), false);
  assert.deepEqual(shown, [["done", "one"]]);
});

test("a browser that leaves them to apps is found out", () => {
  browser(true, class {
    static permission = "granted";
    constructor() {
      throw new TypeError("Illegal constructor");
    }
  });
  assert.equal(notify("done"), false);
});
