/**
 * <prompt-picture for="ID">: a picture that stands for the prompt it was drawn from. It puts the prompt into that field, to
 * be changed before anything is drawn; without scripts its link takes the prompt along.
 */
class PromptPicture extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
  }

  handleEvent(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // it is opened beside this page
    const field = document.getElementById(this.getAttribute("for"));
    if (!field) return;
    event.preventDefault();
    field.value = this.textContent.trim();
    field.focus();
    field.scrollIntoView({ block: "center" });
  }
}

customElements.define("prompt-picture", PromptPicture);
