// Files are dropped and checked in place: without this script the form is sent and answered as a page.
"use strict";
(() => {
  const form = document.getElementById("filing");
  if (!form) return;
  const file = document.getElementById("file");
  const drop = document.getElementById("drop");
  const result = document.getElementById("result");
  const check = document.getElementById("check");
  const choice = document.getElementById("form");
  const choose = document.getElementById("choose");
  let asked = 0;

  function say(text) {
    const line = document.createElement("p");
    line.className = "bad";
    line.textContent = text;
    result.replaceChildren(line);
  }

  // What the button carries by which a form is told to be ours; the form itself may ask by its address.
  function sealed(data) {
    if (check.name) data.set(check.name, check.value);
    return data;
  }

  async function send() {
    if (!form.reportValidity()) return;
    const size = [...file.files].reduce((sum, one) => sum + one.size, 0);
    if (size > Number(form.dataset.largest)) {
      say(form.dataset.tooLarge);
      return;
    }
    const number = ++asked;
    check.disabled = true;
    result.textContent = form.dataset.busy;
    try {
      const answer = await fetch(`${form.getAttribute("action")}?fragment=1`, {
        method: "POST", body: sealed(new FormData(form)), credentials: "same-origin",
      });
      const text = await answer.text();
      if (number !== asked) return;
      const page = new DOMParser().parseFromString(text, "text/html");
      const inside = page.querySelector("main");
      result.replaceChildren(...(inside || page.body).childNodes);
      result.focus({ preventScroll: true });
      result.scrollIntoView({ block: "nearest" });
    } catch {
      if (number === asked) say(form.dataset.failed);
    } finally {
      if (number === asked) check.disabled = false;
    }
  }

  form.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter !== check) return;
    event.preventDefault();
    send();
  });

  // The browser's own words for a file field are in the browser's language: the page says them in the reader's.
  const chosen = document.createElement("span");
  chosen.className = "chosen";
  drop.append(chosen);
  drop.classList.add("scripted");

  function taken() {
    chosen.textContent = [...file.files].map((one) => one.name).join("\n");
    if (file.files.length) send();
  }

  file.addEventListener("change", taken);

  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (event) => {
      if (!event.dataTransfer || ![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) drop.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer || !event.dataTransfer.files.length) return;
    event.preventDefault();
    drop.classList.remove("over");
    file.files = event.dataTransfer.files;
    taken();
  });

  if (choice && choose) {
    choose.hidden = true;
    choice.addEventListener("change", () => form.requestSubmit(choose));
  }

  // One submission a click: a second one would only be told that the first was entered.
  document.addEventListener("submit", (event) => {
    const button = event.target.matches(".go") && event.target.querySelector("button");
    if (button) setTimeout(() => { button.disabled = true; });
  });
})();
