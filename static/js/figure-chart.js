/**
 * <figure-chart kind="bars|stack|lines"><details open>…<table>…</table></details></figure-chart>: draws the table's
 * numbers above it. The table stays, folded, for whoever would rather read, and is all there is without this script.
 */
import { seriesOf } from "./chart-series.js";

const COLOURS = 6; // .chart-colour-1 … in css/chart.css
const LONGEST = 16; // characters beside a bar
const BAR = 20; // pixels of a bar and its name, beside others
const REST = 40; // pixels of what stands below them

class FigureChart extends HTMLElement {
  connectedCallback() {
    if (this.chart) return;
    const details = this.querySelector("details");
    details.open = false;
    const frame = document.createElement("div");
    frame.className = "chart-frame";
    frame.setAttribute("aria-hidden", "true"); // the table says it
    frame.append(document.createElement("canvas"));
    this.prepend(frame);
    this.draw();
    this.watch();
  }

  disconnectedCallback() {
    this.chart?.destroy();
    this.chart = null;
    this.querySelector(".chart-frame")?.remove();
    this.theme?.disconnect();
    this.system?.removeEventListener("change", this.redraw);
  }

  /** The colours are the page's, also once it is dark. */
  watch() {
    this.redraw = () => this.draw();
    this.theme = new MutationObserver(this.redraw);
    this.theme.observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
    this.system = matchMedia("(prefers-color-scheme: dark)");
    this.system.addEventListener("change", this.redraw);
  }

  draw() {
    this.chart?.destroy();
    const { labels, series } = read(this.querySelector("table"));
    const kind = this.getAttribute("kind");
    const [text, line, ...colours] = this.colours();
    const isLying = kind === "bars";
    // Each bar has its name, however many there are.
    if (isLying) this.querySelector(".chart-frame").style.height = `max(220px, ${labels.length * BAR + REST}px)`;
    const scale = { stacked: kind === "stack", grid: { color: line }, ticks: { color: text, precision: 0 } };
    this.chart = new window.Chart(this.querySelector("canvas"), {
      type: kind === "lines" ? "line" : "bar",
      data: {
        labels: labels.map((label) => (label.length > LONGEST ? `${label.slice(0, LONGEST)}…` : label)),
        datasets: series.map(({ name, values }, place) => ({
          label: name,
          data: values,
          backgroundColor: colours[place % COLOURS],
          borderColor: colours[place % COLOURS],
          borderWidth: kind === "lines" ? 2 : 0,
          pointRadius: 2,
        })),
      },
      options: {
        animation: false,
        maintainAspectRatio: false,
        indexAxis: isLying ? "y" : "x",
        interaction: { mode: "index", intersect: false, axis: isLying ? "y" : "x" },
        scales: {
          x: { ...scale, beginAtZero: true },
          y: { ...scale, beginAtZero: true, ticks: { ...scale.ticks, autoSkip: !isLying } },
        },
        plugins: { legend: { display: series.length > 1, labels: { color: text, boxWidth: 12 } } },
        font: { family: getComputedStyle(this).fontFamily },
      },
    });
  }

  /** As the stylesheet has them here: text, lines, then one for each series. */
  colours() {
    const probe = document.createElement("span");
    this.append(probe);
    const found = ["chart-text", "chart-line", ...Array.from({ length: COLOURS }, (_, n) => `chart-colour-${n + 1}`)].map(
      (name) => {
        probe.className = name;
        return getComputedStyle(probe).color;
      },
    );
    probe.remove();
    return found;
  }
}

function read(table) {
  const texts = (row) => [...row.cells].map((cell) => cell.textContent.trim());
  const numbers = (row) =>
    [...row.cells].map((cell, place) =>
      place === 0 ? cell.textContent.trim() : cell.dataset.value === undefined ? null : Number(cell.dataset.value),
    );
  return seriesOf(texts(table.tHead.rows[0]), [...table.tBodies[0].rows].map(numbers));
}

customElements.define("figure-chart", FigureChart);
