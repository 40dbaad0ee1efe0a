/** Sends a picture from outside to the workspace: a file, or an address that the site fetches. */
import { post } from "./post.js";

/**
 * @param {string} url the workspace's uploads
 * @param {{ file?: Blob, url?: string, origin?: string, label?: string }} what
 * @returns {Promise<{ name: string, small_url: string, url: string, width: number, height: number, label: string }>}
 */
export async function upload(url, { label = "", ...what }) {
  const body = new FormData();
  for (const [name, value] of Object.entries(what)) {
    if (value instanceof Blob) body.append(name, value, value.name ?? "picture.png");
    else if (value) body.append(name, value);
  }
  const picture = await (await post(url, body)).json();
  return { ...picture, label };
}
