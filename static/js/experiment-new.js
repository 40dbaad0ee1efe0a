/** The elements of the form of a new experiment. */
import "./axis-field.js";
import "./experiment-form.js";
