// Arrow keys lead from box to box: to the nearest one in that direction.
"use strict";
(() => {
  const boxes = [...document.querySelectorAll(".around a.box")];
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const at = (box) => [Number(box.dataset.x), Number(box.dataset.y)];
  document.addEventListener("keydown", (event) => {
    const way = ways[event.key];
    const here = document.activeElement;
    if (!way || event.altKey || event.ctrlKey || event.metaKey || !boxes.includes(here)) return;
    event.preventDefault();
    const [x, y] = at(here);
    let best = null;
    let least = Infinity;
    for (const box of boxes) {
      const [across, down] = [at(box)[0] - x, at(box)[1] - y];
      const ahead = across * way[0] + down * way[1];
      if (box === here || ahead <= 0) continue;
      const cost = ahead + 3 * Math.abs(across * way[1] + down * way[0]);
      if (cost < least) [best, least] = [box, cost];
    }
    if (best) {
      best.focus();
      best.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  });
})();
