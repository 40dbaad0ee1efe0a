/** Puts a text on the clipboard; rejects where the browser does not allow it. */
export async function copy(text) {
  // The clipboard's interface is there on secure pages only; a site on a home network may not be one.
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  (document.querySelector("dialog:modal") ?? document.body).append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("not copied");
}
