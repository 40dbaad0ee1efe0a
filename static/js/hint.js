/** The line below a field: quiet help, or what is wrong with the value. */
export function hint(line, fields, { problem = "", help = "" }) {
  line.textContent = problem || help;
  line.classList.toggle("is-wrong", Boolean(problem));
  for (const field of fields) field.ariaInvalid = problem ? "true" : null;
}
