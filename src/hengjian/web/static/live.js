// An open page asks whether anything has changed, and takes in what has: nothing is asked while nobody looks.
"use strict";
(() => {
  const BETWEEN = 600;
  const LONGEST = 15000;
  const sign = document.querySelector(".livesign");
  if (!sign || !document.getElementById("live")) return;
  const address = new URL(location.href);
  address.searchParams.set("fragment", "1");
  address.hash = "";
  let tag = null;
  let wait = BETWEEN;
  let timer = 0;
  let ended = false;

  function rows(part) {
    const found = new Map();
    for (const row of part.querySelectorAll("tr[data-alert]")) found.set(row.dataset.alert, row.textContent);
    return found;
  }

  function place(element) {
    return element && element.closest("#live") ? element.getAttribute("href") : null;
  }

  function take(text) {
    const part = new DOMParser().parseFromString(text, "text/html").getElementById("live");
    const live = document.getElementById("live");
    if (!part || part.dataset.changed === live.dataset.changed) return;
    const before = rows(live);
    const focused = place(document.activeElement);
    const open = live.querySelector("details");
    const details = part.querySelector("details");
    if (open && details) details.open = open.open;
    let count = 0;
    for (const row of part.querySelectorAll("tr[data-alert]")) {
      if (before.get(row.dataset.alert) === row.textContent) continue;
      count++;
      row.classList.add("fresh");
    }
    live.replaceWith(part);
    if (focused) {
      const again = [...part.querySelectorAll("a")].find((one) => one.getAttribute("href") === focused);
      if (again) again.focus({ preventScroll: true });
    }
    if (count) {
      sign.textContent = sign.dataset.fresh.replace("{count}", String(count));
      sign.classList.add("fresh");
    }
  }

  function lost() {
    ended = true;
    sign.textContent = sign.dataset.lost;
    sign.classList.remove("fresh");
  }

  async function ask() {
    timer = 0;
    if (document.hidden || ended) return;
    try {
      const headers = { "X-Hengjian-Live": "1" };
      if (tag) headers["If-None-Match"] = tag;
      const answer = await fetch(address, { credentials: "same-origin", cache: "no-store", headers });
      if (answer.status === 200) {
        tag = answer.headers.get("etag");
        take(await answer.text());
      } else if (answer.status !== 304) {
        if (answer.status < 500) return lost();
        throw new Error(String(answer.status));
      }
      wait = BETWEEN;
    } catch {
      wait = Math.min(wait * 2, LONGEST);
    }
    if (!document.hidden) timer = setTimeout(ask, wait);
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      clearTimeout(timer);
      timer = 0;
    } else if (!timer && !ended) {
      ask();
    }
  });
  sign.textContent = sign.dataset.on;
  timer = setTimeout(ask, BETWEEN);
})();
