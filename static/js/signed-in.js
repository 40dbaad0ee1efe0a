/** What every page can do for somebody who is signed in. */
import "./back-closes.js";
import "./done-signal.js";
import "./first-hint.js";
import "./key-help.js";
import "./notice-bell.js";
import "./queue-drawer.js";
