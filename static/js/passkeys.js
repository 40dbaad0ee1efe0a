/** What a browser's passkeys speak (WebAuthn) in JSON, as sites send and expect it: bytes are base64url. */

export const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));

export function text(buffer) {
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** What `navigator.credentials.create` takes. A passkey that can sign in alone is asked for; a plain key will do. */
export function toCreate({ publicKey: asked }) {
  return {
    publicKey: {
      ...asked,
      challenge: bytes(asked.challenge),
      user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: (asked.excludeCredentials ?? []).map(known),
      authenticatorSelection: { ...asked.authenticatorSelection, residentKey: "preferred", requireResidentKey: false },
    },
  };
}

/** What `navigator.credentials.get` takes. */
export function toGet({ publicKey: asked }) {
  return { publicKey: { ...asked, challenge: bytes(asked.challenge), allowCredentials: (asked.allowCredentials ?? []).map(known) } };
}

const known = (credential) => ({ ...credential, id: bytes(credential.id) });

/** A credential of the browser as JSON. */
export function toSend(credential) {
  const { response } = credential;
  const sent = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) {
    sent.attestationObject = text(response.attestationObject);
    sent.transports = response.getTransports?.() ?? [];
  } else {
    sent.authenticatorData = text(response.authenticatorData);
    sent.signature = text(response.signature);
    sent.userHandle = response.userHandle ? text(response.userHandle) : null;
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: sent,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}
