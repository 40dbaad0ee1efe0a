/** Whether a picture's file goes on to its end: half a download is known without its pixels. No page, no browser. */
const PNG = [0x89504e47, 0x0d0a1a0a];
const [RIFF, WEBP] = [0x52494646, 0x57454250];
const [IDAT, IEND] = [0x49444154, 0x49454e44];

/**
 * Of other formats, and where a file is wrong in another way, the site has the word.
 * @param {Uint8Array} bytes
 */
export function isWhole(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 12) return true;
  if (view.getUint32(0) === PNG[0] && view.getUint32(4) === PNG[1]) return isWholePng(view);
  if (view.getUint32(0) === RIFF && view.getUint32(8) === WEBP) return view.getUint32(4, true) + 8 <= view.byteLength;
  return view.getUint16(0) === 0xffd8 ? isWholeJpeg(view) : true;
}

/** Nothing of its pixels is missing; what follows them may be. */
function isWholePng(view) {
  let hasPixels = false;
  for (let at = 8; at + 8 <= view.byteLength; at += 12 + view.getUint32(at)) {
    const kind = view.getUint32(at + 4);
    if (kind === IEND) break;
    if (kind !== IDAT) continue;
    if (at + 8 + view.getUint32(at) > view.byteLength) return false;
    hasPixels = true;
  }
  return hasPixels;
}

/** Its end is looked for behind its head, which may hold a smaller picture with an end of its own. */
function isWholeJpeg(view) {
  let at = 2;
  while (at + 4 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return true;
    const marker = view.getUint8(at + 1);
    if (marker === 0xda) return hasEnd(view, at);
    // Before a marker there may be any number of bytes that only fill up (ITU-T T.81, B.1.1.2).
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return false;
}

function hasEnd(view, from) {
  for (let at = from; at + 2 <= view.byteLength; at += 1) if (view.getUint16(at) === 0xffd9) return true;
  return false;
}
