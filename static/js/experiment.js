/** The elements of an experiment's pages. */
import "./axis-order.js";
import "./copy-button.js";
import "./event-stream.js";
import "./experiment-board.js";
import "./local-time.js";
import "./menu-button.js";
import "./picture-description.js";
import "./picture-viewer.js";
import "./post-button.js";
import "./share-button.js";
