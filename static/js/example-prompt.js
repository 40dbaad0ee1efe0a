/** <example-prompt prompt><button></button></example-prompt>: fills the form; nothing runs. */
class ExamplePrompt extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
  }

  handleEvent() {
    document.dispatchEvent(new CustomEvent("reuse", { detail: { prompt: this.getAttribute("prompt") } }));
    const prompt = document.getElementById("prompt");
    prompt.focus();
    prompt.scrollIntoView({ block: "nearest" });
  }
}

customElements.define("example-prompt", ExamplePrompt);
