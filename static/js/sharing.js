/** What the device's share sheet is given. No page. */

/**
 * The picture's file where the sheet takes files and it can be had, else the link to its page.
 *
 * @param {{ title: string, link: string, file: string }} picture `link` and `file` are addresses
 * @param {Navigator} device
 * @returns {Promise<boolean>} false where there is no sheet, or it took nothing; true also when it was put away
 */
export async function share({ title, link, file }, device = navigator) {
  if (!device.share) return false;
  const picture = await fileAt(file, device);
  try {
    await device.share(picture ? { title, files: [picture] } : { title, url: link });
    return true;
  } catch (error) {
    return error.name === "AbortError"; // Else it came too late after the press, or the sheet does not take this.
  }
}

async function fileAt(address, device) {
  try {
    if (!device.canShare?.({ files: [new File([], "picture.png", { type: "image/png" })] })) return null;
    const answer = await fetch(address);
    if (!answer.ok) return null;
    const name = answer.headers.get("Content-Disposition")?.match(/filename="([^"]+)"/)?.[1] ?? "picture.png";
    const content = await answer.blob();
    return new File([content], name, { type: content.type });
  } catch {
    return null;
  }
}
