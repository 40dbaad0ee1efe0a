/** What every page can do. Of Bootstrap only the parts come that pages ask for (pixazo/bundles/staging.py). */
import "../vendor/bootstrap/js/bootstrap.bundle.min.js";
import "./script-errors.js";
import "./theme-choice.js";
import "./toast-shelf.js";
