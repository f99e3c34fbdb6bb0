// Draws the figures of the tables beside them; without this script the tables say the same.
"use strict";
(() => {
  const board = document.querySelector(".charts[data-series]");
  if (!board || !window.uPlot) return;
  const HEIGHT = 186;
  const language = document.documentElement.lang.startsWith("zh") ? "zh-CN" : "en-GB";
  const drawn = [];

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function written(value, digits) {
    return value === null ? "–" : value.toLocaleString(language, { maximumFractionDigits: digits });
  }

  // The breadth of the scale: its longest figure must not be cut off, for a figure without its first digit is another.
  function room(texts) {
    const longest = Math.max(0, ...(texts || []).map((text) => text.length));
    return Math.max(40, 14 + 7 * longest);
  }

  function options(periods, width) {
    const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
    const font = "11px system-ui, sans-serif";
    return {
      width,
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
      scales: { x: { time: false } },
      axes: [
        { ...axis, font, size: 24, grid: { show: false }, incrs: [1, 2, 3, 6, 12, 24], space: 56,
          values: (_, places) => places.map((place) => (Number.isInteger(place) ? periods[place] ?? "" : "")) },
        { ...axis, font, size: (_, texts) => room(texts), space: 34, values: (_, values) => values.map((value) => written(value, 2)) },
      ],
      series: [
        {},
        { stroke: colour("--accent"), width: 1.5, spanGaps: false, points: { show: periods.length < 16, size: 4 } },
      ],
      hooks: {
        setCursor: [
          (plot) => {
            const place = plot.cursor.idx;
            const said = plot.root.closest(".chart").querySelector(".latest");
            if (!said || place === null || place === undefined) return;
            said.replaceChildren(`${periods[place]} `, Object.assign(document.createElement("b"), {
              textContent: written(plot.data[1][place], 2),
            }));
          },
        ],
      },
    };
  }

  function draw(answer) {
    for (const one of drawn.splice(0)) one.destroy();
    for (const series of answer.series) {
      const figure = board.querySelector(`.chart[data-name="${CSS.escape(series.name)}"]`);
      if (!figure) continue;
      const place = figure.querySelector(".plot");
      const steps = series.periods.map((_, step) => step);
      drawn.push(new uPlot(options(series.periods, place.clientWidth), [steps, series.values], place));
    }
  }

  fetch(board.dataset.series, { credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
    .then((answer) => {
      draw(answer);
      let waiting = 0;
      addEventListener("resize", () => {
        clearTimeout(waiting);
        waiting = setTimeout(() => draw(answer), 150);
      });
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(answer));
    })
    .catch(() => {
      for (const place of board.querySelectorAll(".plot")) place.remove();
      for (const table of board.querySelectorAll("details")) table.open = true;
    });
})();
