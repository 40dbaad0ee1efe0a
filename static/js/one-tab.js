/** What several tabs hear of at once is done by one of them: the first that takes the name keeps it for a while. */
const ALONE = 4000; // milliseconds in which another tab hears of the same

export async function inOneTab(name, work) {
  if (!navigator.locks) return work();
  return navigator.locks.request(`pixazo-${name}`, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    await work();
    await new Promise((resolve) => setTimeout(resolve, ALONE));
  });
}
