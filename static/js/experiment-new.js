/** The elements of the form of a new experiment. */
import "./add-picture.js";
import "./axis-field.js";
import "./choice-field.js";
import "./experiment-form.js";
import "./margin-fields.js";
import "./mask-painter.js";
import "./mask-slot.js";
import "./menu-button.js";
import "./number-dial.js";
import "./reference-list.js";
import "./source-slot.js";
