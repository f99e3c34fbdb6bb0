// The side panel: without this script each figure opens its explanation as a page of its own.
"use strict";
(() => {
  const panel = document.getElementById("panel");
  if (!panel) return;
  let open = null;
  let asked = 0;
  let waiting = 0;

  function mark(figure) {
    if (open) {
      open.classList.remove("open");
      open.removeAttribute("aria-expanded");
    }
    open = figure;
    if (open) {
      open.classList.add("open");
      open.setAttribute("aria-expanded", "true");
    }
  }

  async function show(figure) {
    const number = ++asked;
    mark(figure);
    panel.classList.add("busy");
    const address = new URL(figure.href);
    address.searchParams.set("fragment", "1");
    let answer;
    try {
      answer = await fetch(address, { credentials: "same-origin" });
      const text = await answer.text();
      if (number !== asked) return;
      if (!answer.ok) throw new Error(String(answer.status));
      const fragment = new DOMParser().parseFromString(text, "text/html");
      const close = document.createElement("button");
      close.type = "button";
      close.textContent = "✕";
      close.setAttribute("aria-label", panel.dataset.close);
      close.title = panel.dataset.close;
      close.addEventListener("click", shut);
      panel.replaceChildren(close, ...fragment.body.childNodes);
      panel.hidden = false;
      panel.scrollTop = 0;
      panel.classList.remove("busy");
      figure.scrollIntoView({ block: "nearest", inline: "nearest" });
    } catch {
      if (number === asked) location.assign(figure.href);
    }
  }

  function shut() {
    asked++;
    clearTimeout(waiting);
    panel.hidden = true;
    const figure = open;
    mark(null);
    if (figure) figure.focus();
  }

  function beside(figure, key) {
    const cell = figure.closest("td");
    const row = cell.parentElement;
    const column = cell.cellIndex;
    const inColumn = (other) => other && other.cells[column] && other.cells[column].querySelector("a.figure");
    if (key === "ArrowLeft" || key === "ArrowRight") {
      let next = cell;
      do next = key === "ArrowLeft" ? next.previousElementSibling : next.nextElementSibling;
      while (next && !next.querySelector("a.figure"));
      return next && next.querySelector("a.figure");
    }
    if (key === "ArrowUp" || key === "ArrowDown") {
      let next = row;
      do next = key === "ArrowUp" ? next.previousElementSibling : next.nextElementSibling;
      while (next && !inColumn(next));
      return inColumn(next);
    }
    if (key === "Home") return row.querySelector("a.figure");
    if (key === "End") return [...row.querySelectorAll("a.figure")].pop();
    return null;
  }

  document.addEventListener("click", (event) => {
    const figure = event.target.closest("a.figure");
    if (!figure || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    figure.focus();
    if (figure === open) shut();
    else show(figure);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && open) {
      shut();
      return;
    }
    const figure = event.target.closest && event.target.closest("a.figure");
    if (!figure || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = beside(figure, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
    if (open) {
      clearTimeout(waiting);
      waiting = setTimeout(() => show(next), 120);
    }
  });
})();
