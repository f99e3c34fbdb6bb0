// Zoom, walking, searching and folding in place: without this script links and the form do what can be done.
"use strict";
(() => {
  const drawing = document.getElementById("drawing");
  const panel = document.getElementById("panel");
  if (!drawing || !drawing.querySelector(".viewport")) return;
  const LEAST = 0.02, MOST = 3, STEP = 1.25, READABLE = 0.72, WIDTH = 168, HEIGHT = 62;
  const shown = document.getElementById("scale");
  const search = document.getElementById("within");
  const hits = document.getElementById("hits");
  let view, paper, svg, width, height, levels, boxes, byId, ties;
  let scale = 1, chosen = null, number = 0, found = [], hit = -1;

  // ---- the drawing as it stands
  function take() {
    view = drawing.querySelector(".viewport");
    paper = view.querySelector(".paper");
    svg = view.querySelector("svg");
    width = svg.viewBox.baseVal.width;
    height = svg.viewBox.baseVal.height;
    levels = svg.querySelector(".levels");
    boxes = new Map();
    byId = new Map();
    for (const box of svg.querySelectorAll(".boxes > a")) {
      const place = box.transform.baseVal.getItem(0).matrix;
      boxes.set(box.dataset.key, { box, x: place.e, y: place.f });
      box.tabIndex = -1;
      const id = box.dataset.id;
      if (id !== undefined && (!byId.has(id) || !box.classList.contains("copy"))) byId.set(id, box);
    }
    for (const button of svg.querySelectorAll(".buttons > a")) button.tabIndex = -1;
    const first = svg.querySelector(".boxes > a.self");
    if (first) first.tabIndex = 0;
    ties = null;
    view.classList.add("live");
    view.addEventListener("scroll", follow, { passive: true });
    view.addEventListener("wheel", wheel, { passive: false });
    view.addEventListener("pointerdown", grasp);
  }

  function follow() {
    levels.setAttribute("transform", `translate(${(view.scrollLeft - offset()) / scale} 0)`);
  }
  // A drawing narrower than its frame stands in the middle.
  const offset = () => Math.max(0, (view.clientWidth - width * scale) / 2);
  const to = (link) => link.getAttribute("href");

  function size() {
    // The drawing itself stays as it is and is only shown larger: a thousand texts need not be set anew.
    paper.style.width = `${Math.max(width * scale, view.clientWidth)}px`;
    paper.style.height = `${height * scale}px`;
    svg.style.transform = `translateX(${offset()}px) scale(${scale})`;
    follow();
  }

  function zoom(wanted, x = view.clientWidth / 2, y = view.clientHeight / 2) {
    const before = scale;
    const atX = (view.scrollLeft + x - offset()) / before, atY = (view.scrollTop + y) / before;
    scale = Math.min(MOST, Math.max(LEAST, wanted));
    size();
    view.scrollLeft = atX * scale + offset() - x;
    view.scrollTop = atY * scale - y;
    shown.value = `${Math.round(scale * 100)}%`;
    follow();
  }
  const fitting = () => Math.min((view.clientWidth - 2) / width, (view.clientHeight - 2) / height);

  function centre(box) {
    const { x, y } = boxes.get(box.dataset.key);
    view.scrollLeft = (x + WIDTH / 2) * scale + offset() - view.clientWidth / 2;
    view.scrollTop = (y + HEIGHT / 2) * scale - view.clientHeight / 2;
    follow();
  }

  function wheel(event) {
    event.preventDefault();
    if (event.shiftKey) {
      view.scrollLeft += event.deltaY || event.deltaX;
      return;
    }
    const frame = view.getBoundingClientRect();
    const speed = event.deltaMode ? 0.06 : 0.0016;
    zoom(scale * Math.exp(-event.deltaY * speed), event.clientX - frame.left, event.clientY - frame.top);
  }

  function grasp(event) {
    if (event.button || event.pointerType === "touch") return;
    const start = { x: event.clientX, y: event.clientY, left: view.scrollLeft, top: view.scrollTop };
    let moved = false;
    const move = (now) => {
      const x = now.clientX - start.x, y = now.clientY - start.y;
      if (!moved && Math.hypot(x, y) < 5) return;
      moved = true;
      view.classList.add("held");
      view.scrollLeft = start.left - x;
      view.scrollTop = start.top - y;
    };
    const end = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
      view.classList.remove("held");
      if (moved) addEventListener("click", (click) => { click.preventDefault(); click.stopPropagation(); }, { capture: true, once: true });
      setTimeout(() => { moved = false; }, 0);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  }
  drawing.addEventListener("dragstart", (event) => event.preventDefault());

  // ---- the side panel
  function trace(box) {
    for (const one of svg.querySelectorAll(".lit")) one.classList.remove("lit");
    svg.classList.toggle("tracing", Boolean(box));
    if (!box) return;
    if (!ties) {
      ties = new Map();
      for (const one of svg.querySelectorAll("[data-ends]")) {
        for (const end of one.dataset.ends.split(" ")) {
          if (!ties.has(end)) ties.set(end, []);
          ties.get(end).push(one);
        }
      }
    }
    // All that lies between it and the enterprise: upward where it is held, downward where it holds.
    const below = box.classList.contains("below");
    const seen = new Set([box.dataset.key]);
    const waiting = [box.dataset.key];
    while (waiting.length) {
      const key = waiting.pop();
      const one = boxes.get(key).box;
      one.classList.add("lit");
      if (one.classList.contains("self")) continue;
      for (const next of (below ? one.dataset.ups : one.dataset.downs).split(" ")) {
        if (next && !seen.has(next)) { seen.add(next); waiting.push(next); }
      }
    }
    for (const key of seen) {
      for (const one of ties.get(key) || []) {
        const [from, to] = one.dataset.ends.split(" ");
        if (key === box.dataset.key || (seen.has(from) && seen.has(to))) one.classList.add("lit");
      }
    }
    for (const key of `${box.dataset.ups} ${box.dataset.downs}`.split(" ")) {
      if (key) boxes.get(key).box.classList.add("lit");
    }
    for (const one of svg.querySelectorAll(".ring[data-ends]")) {
      if (one.dataset.ends.split(" ").every((key) => boxes.get(key).box.classList.contains("lit"))) one.classList.add("lit");
    }
  }

  function mark(box) {
    if (chosen) chosen.classList.remove("chosen");
    chosen = box;
    if (box) box.classList.add("chosen");
    trace(box);
  }

  async function tell(href, box) {
    const asked = ++number;
    mark(box || null);
    const address = new URL(href, location.href);
    address.searchParams.set("fragment", "1");
    try {
      const answer = await fetch(address, { credentials: "same-origin" });
      const text = await answer.text();
      if (asked !== number) return;
      if (!answer.ok) throw new Error(String(answer.status));
      const fragment = new DOMParser().parseFromString(text, "text/html");
      const close = document.createElement("button");
      close.type = "button";
      close.textContent = "✕";
      close.title = panel.dataset.close;
      close.setAttribute("aria-label", panel.dataset.close);
      close.addEventListener("click", shut);
      panel.replaceChildren(close, ...fragment.body.childNodes);
      panel.hidden = false;
      panel.scrollTop = 0;
      size();
      if (box) bring(box);
    } catch {
      if (asked === number) location.assign(href);
    }
  }

  function shut() {
    number++;
    const box = chosen;
    panel.hidden = true;
    mark(null);
    size();
    if (box) focus(box);
  }

  // ---- walking
  function bring(box) {
    const { x, y } = boxes.get(box.dataset.key);
    const left = x * scale + offset(), top = y * scale, air = 30;
    const right = left + WIDTH * scale, foot = top + HEIGHT * scale;
    if (left < view.scrollLeft + air + 70) view.scrollLeft = left - air - 70;
    else if (right > view.scrollLeft + view.clientWidth - air) view.scrollLeft = right - view.clientWidth + air;
    if (top < view.scrollTop + air) view.scrollTop = top - air;
    else if (foot > view.scrollTop + view.clientHeight - air) view.scrollTop = foot - view.clientHeight + air;
    follow();
  }

  function focus(box) {
    for (const one of svg.querySelectorAll('.boxes > a[tabindex="0"]')) one.tabIndex = -1;
    box.tabIndex = 0;
    box.focus({ preventScroll: true });
    bring(box);
  }

  function beside(box, key) {
    if (key === "ArrowUp" || key === "ArrowDown") {
      const next = (key === "ArrowUp" ? box.dataset.ups : box.dataset.downs).split(" ")[0];
      return next ? boxes.get(next).box : null;
    }
    const own = boxes.get(box.dataset.key);
    const sign = key === "ArrowRight" ? 1 : -1;
    let best = null, least = Infinity;
    for (const other of boxes.values()) {
      const far = (other.x - own.x) * sign;
      if (far > 1 && Math.abs(other.y - own.y) < 34 && far < least) { best = other.box; least = far; }
    }
    return best;
  }

  // ---- folding: the server draws, and the box that was turned stays where it is
  async function redraw(href, id, wasScreen) {
    const address = new URL(href, location.href);
    const plain = new URL(address);
    address.searchParams.set("part", "chart");
    drawing.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { credentials: "same-origin" });
      const text = await answer.text();
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(text, "text/html");
      const kept = scale;
      number++;
      panel.hidden = true;
      chosen = null;
      drawing.replaceChildren(...fresh.body.childNodes);
      take();
      history.replaceState(null, "", plain);
      for (const link of document.querySelectorAll(".second .export a")) {
        const file = new URL(link.href);
        const kind = file.searchParams.get("format");
        file.search = plain.search;
        file.searchParams.set("format", kind);
        link.href = file;
      }
      for (const input of document.querySelectorAll("form.find input[type=hidden]")) {
        const now = plain.searchParams.get(input.name);
        if (now !== null) input.value = now;
      }
      scale = kept;
      zoom(kept, 0, 0);
      const box = byId.get(id) || svg.querySelector("a.self");
      if (wasScreen) {
        const place = boxes.get(box.dataset.key);
        view.scrollLeft = place.x * scale + offset() - wasScreen.x;
        view.scrollTop = place.y * scale - wasScreen.y;
        follow();
      } else {
        if (scale < READABLE) zoom(READABLE);
        centre(box);
      }
      paint();
      focus(box);
    } catch {
      location.assign(href);
    } finally {
      drawing.removeAttribute("aria-busy");
    }
  }

  function turn(button) {
    const box = boxes.get(button.dataset.of).box;
    const { x, y } = boxes.get(box.dataset.key);
    redraw(to(button), box.dataset.id, { x: x * scale + offset() - view.scrollLeft, y: y * scale - view.scrollTop });
  }

  // ---- searching: the table knows everyone, those folded away too
  const rows = [...document.querySelectorAll("#table tbody tr")].map((row) => ({
    id: row.dataset.id,
    text: `${row.dataset.id} ${row.querySelector("th").textContent}`.toLowerCase(),
  }));

  function paint() {
    for (const one of svg.querySelectorAll("a.hit")) one.classList.remove("hit");
    const ids = new Set(found);
    if (ids.size) for (const { box } of boxes.values()) if (ids.has(box.dataset.id)) box.classList.add("hit");
  }

  function look() {
    const wanted = search.value.trim().toLowerCase();
    found = wanted ? rows.filter((row) => row.text.includes(wanted)).map((row) => row.id) : [];
    hit = -1;
    hits.textContent = wanted ? String(found.length) : "";
    paint();
  }

  function jump(step) {
    if (!found.length) return;
    hit = (hit + step + found.length) % found.length;
    hits.textContent = `${hit + 1} / ${found.length}`;
    const box = byId.get(found[hit]);
    if (box) {
      if (scale < READABLE) zoom(READABLE);
      centre(box);
      mark(box);
    } else {
      const there = new URL(location.href);
      there.searchParams.set("at", found[hit]);
      redraw(there, found[hit], null);
    }
  }

  search.addEventListener("input", look);
  search.form.addEventListener("submit", (event) => { event.preventDefault(); jump(1); });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    search.value = "";
    look();
    mark(null);
    const box = svg.querySelector('.boxes > a[tabindex="0"]');
    if (box) focus(box);
    event.stopPropagation();
  });

  // ---- what the reader does
  const plainly = (event) => !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

  document.addEventListener("click", (event) => {
    if (!plainly(event)) return;
    const button = event.target.closest("a.turn");
    const box = event.target.closest(".boxes > a");
    const one = event.target.closest("a.one");
    if (button) { event.preventDefault(); turn(button); }
    else if (box && box.classList.contains("rest")) {
      event.preventDefault();
      redraw(to(box), (boxes.get((box.dataset.ups || box.dataset.downs).split(" ")[0]) || {}).box?.dataset.id, null);
    } else if (box) {
      event.preventDefault();
      focus(box);
      if (box === chosen && !panel.hidden) shut();
      else tell(to(box), box);
    } else if (one && (panel.contains(one) || one.closest("#table"))) {
      event.preventDefault();
      const id = one.closest("tr")?.dataset.id;
      const known = id === undefined ? [...boxes.values()].find((other) => to(other.box) === to(one))?.box : byId.get(id);
      if (known) { centre(known); focus(known); }
      tell(to(one), known);
      if (id !== undefined) view.scrollIntoView({ block: "nearest" });
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const typing = event.target.closest("input, select, textarea");
    if (event.key === "Escape" && !panel.hidden) { shut(); return; }
    if (event.key === "Escape") { mark(null); return; }
    if (typing) return;
    if (event.key === "/") { event.preventDefault(); search.focus(); search.select(); return; }
    if (event.key === "+" || event.key === "=") { zoom(scale * STEP); event.preventDefault(); return; }
    if (event.key === "-") { zoom(scale / STEP); event.preventDefault(); return; }
    if (event.key === "0") { zoom(fitting()); return; }
    const box = event.target.closest(".boxes > a");
    if (!box) return;
    if (event.key === "Home") { focus(svg.querySelector("a.self")); event.preventDefault(); return; }
    if (event.key === " ") {
      event.preventDefault();
      const button = svg.querySelector(`.buttons > a[data-of="${box.dataset.key}"]`);
      if (button) turn(button);
      return;
    }
    if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    const next = beside(box, event.key);
    if (!next) return;
    focus(next);
    if (!panel.hidden) tell(to(next), next);
  });

  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => {
      const what = button.dataset.zoom;
      if (what === "fit") zoom(fitting());
      else if (what === "home") { if (scale < READABLE) zoom(1); centre(svg.querySelector("a.self")); }
      else zoom(what === "in" ? scale * STEP : scale / STEP);
    });
  }

  // ---- pictures
  const LARGEST = 16000, ROOM = 120e6;
  const png = document.querySelector("[data-png]");
  png.addEventListener("click", (event) => {
    event.preventDefault();
    const image = new Image();
    image.addEventListener("load", () => {
      const w = image.naturalWidth, h = image.naturalHeight;
      const by = Math.min(2, LARGEST / w, LARGEST / h, Math.sqrt(ROOM / (w * h)));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.floor(w * by));
      canvas.height = Math.max(1, Math.floor(h * by));
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(blob);
        link.download = `${png.dataset.png}.png`;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
      }, "image/png");
    });
    image.src = png.href;
  });
  const print = document.querySelector("[data-print]");
  print.addEventListener("click", () => window.print());

  take();
  for (const part of [png, print, document.querySelector(".zoom"), document.querySelector(".export .slash")]) part.hidden = false;
  const asked = byId.get(new URLSearchParams(location.search).get("at"));
  zoom(Math.min(1, Math.max(READABLE, fitting())), 0, 0);
  centre(asked || svg.querySelector("a.self"));
  if (asked) mark(asked);
  addEventListener("resize", size);
})();
