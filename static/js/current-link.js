/** Where a page's own links lie in a row that scrolls, the one that is open is in sight. */
document.querySelector(".gallery-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
