// What a score would be: sliders and fields stand for one another, and each change asks for the outcome anew.
"use strict";
(() => {
  const form = document.querySelector("form.sliders");
  const outcome = document.getElementById("trial");
  if (!form || !outcome) return;
  let asked = 0;
  let waiting = 0;

  async function ask() {
    const number = ++asked;
    const query = new URLSearchParams();
    for (const [name, text] of new FormData(form)) {
      const was = form.elements[`was.${name}`];
      if (!name.startsWith("was.") && text && (!was || was.value !== text)) query.append(name, text);
    }
    query.set("fragment", "1");
    outcome.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${location.pathname}?${query}`, { credentials: "same-origin" });
      const text = await answer.text();
      if (number !== asked) return;
      if (!answer.ok && answer.status !== 400) throw new Error(String(answer.status));
      const fragment = new DOMParser().parseFromString(text, "text/html");
      outcome.replaceChildren(...fragment.body.childNodes);
    } catch {
      if (number === asked) outcome.textContent = form.dataset.failed;
    } finally {
      if (number === asked) outcome.removeAttribute("aria-busy");
    }
  }

  form.addEventListener("input", (event) => {
    const field = event.target;
    if (field.type === "range") {
      document.getElementById(field.dataset.for).value = field.value;
    } else if (field.type === "number") {
      const slider = form.querySelector(`input[type="range"][data-for="${CSS.escape(field.name)}"]`);
      if (slider) slider.value = field.value;
    }
    clearTimeout(waiting);
    waiting = setTimeout(ask, 150);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    ask();
  });
})();
