import { plural } from "./texts.js";

/** What is said when something was done with pictures of the gallery. */
export function sentence(action, value, count) {
  const said = {
    rate: value === "0" ? plural("The rating of {count} picture is gone.", "The rating of {count} pictures is gone.", count) : plural("{count} picture rated {value}.", "{count} pictures rated {value}.", count, { value }),
    star: value === "0" ? plural("{count} picture no longer starred.", "{count} pictures no longer starred.", count) : plural("{count} picture starred.", "{count} pictures starred.", count),
    tag: plural("{count} picture tagged “{value}”.", "{count} pictures tagged “{value}”.", count, { value }),
    untag: plural("“{value}” is taken off {count} picture.", "“{value}” is taken off {count} pictures.", count, { value }),
    trash: plural("{count} picture in the trash.", "{count} pictures in the trash.", count),
    restore: plural("{count} picture put back.", "{count} pictures put back.", count),
    purge: plural("{count} picture deleted for good.", "{count} pictures deleted for good.", count),
  };
  return said[action];
}
