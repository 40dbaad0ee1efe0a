/** A page's own dialogs, `dialog[data-ask]`: what somebody typed and which button they pressed. */

/** {button, value}, or null where they thought better of it. */
export function ask(name) {
  const dialog = document.querySelector(`dialog[data-ask="${name}"]`);
  const field = dialog.querySelector("[name=value]");
  if (field?.localName === "select") field.selectedIndex = 0;
  else if (field) field.value = "";
  dialog.returnValue = "";
  dialog.querySelector("[data-do=close-ask]").onclick = () => dialog.close("");
  dialog.showModal();
  field?.focus();
  return new Promise((resolve) => {
    const closed = () => resolve(dialog.returnValue ? { button: dialog.returnValue, value: field?.value.trim() ?? "" } : null);
    dialog.addEventListener("close", closed, { once: true });
  });
}
