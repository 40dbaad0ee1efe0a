import assert from "node:assert/strict";
import { test } from "node:test";

import { bytes, text, toCreate, toGet, toSend } from "../../../static/js/passkeys.js";

const all = Uint8Array.from({ length: 256 }, (_, index) => index);

test("bytes come through text as they were, without what an address can't hold", () => {
  assert.match(text(all.buffer), /^[\w-]+$/);
  assert.deepEqual(bytes(text(all.buffer)), all);
  for (const length of [0, 1, 2, 3]) assert.equal(bytes(text(all.slice(0, length))).length, length);
});

test("a new passkey is to sign in alone where the device can, and not to be made twice", () => {
  const asked = { challenge: "AQI", user: { id: "Aw", name: "mara" }, excludeCredentials: [{ type: "public-key", id: "BA" }] };
  const { publicKey } = toCreate({ publicKey: { ...asked, authenticatorSelection: { userVerification: "preferred" } } });
  assert.deepEqual([...publicKey.challenge], [1, 2]);
  assert.deepEqual([...publicKey.user.id], [3]);
  assert.deepEqual([...publicKey.excludeCredentials[0].id], [4]);
  assert.equal(publicKey.authenticatorSelection.residentKey, "preferred");
  assert.equal(publicKey.authenticatorSelection.userVerification, "preferred");
});

test("without a list any passkey of the site is asked for", () => {
  assert.deepEqual(toGet({ publicKey: { challenge: "AQ" } }).publicKey.allowCredentials, []);
});

test("what is sent is JSON of the site's form", () => {
  const made = { id: "AQ", rawId: all.slice(1, 2), type: "public-key", getClientExtensionResults: () => ({ credProps: { rk: true } }) };
  const response = { clientDataJSON: all.slice(0, 1), authenticatorData: all.slice(0, 1), signature: all.slice(0, 1), userHandle: null };
  const sent = toSend({ ...made, response });
  assert.equal(sent.rawId, "AQ");
  assert.equal(sent.response.userHandle, null);
  assert.equal(sent.response.attestationObject, undefined);
  const created = toSend({ ...made, response: { clientDataJSON: all.slice(0, 1), attestationObject: all.slice(2, 3) } });
  assert.deepEqual(created.response, { clientDataJSON: "AA", attestationObject: "Ag", transports: [] });
  assert.deepEqual(created.clientExtensionResults, { credProps: { rk: true } });
});
