/** The gallery's elements. */
import "./comment-thread.js";
import "./copy-button.js";
import "./current-link.js";
import "./gallery-filters.js";
import "./keep-prompt.js";
import "./local-time.js";
import "./picture-description.js";
import "./picture-grid.js";
import "./picture-viewer.js";
import "./share-button.js";
import "./smart-views.js";
