/** Gestures that only change the view: drag to pan, two fingers to pan and zoom. */

import { panBy, zoomBy } from "./view.js";

/** A gesture is {move(event), end(event), cancel()}. */
export function panning(canvas, event) {
  let last = event;
  canvas.classList.add("panning");
  const end = () => canvas.classList.remove("panning");
  return {
    move(now) { panBy(now.clientX - last.clientX, now.clientY - last.clientY); last = now; },
    end, cancel: end,
  };
}

/** `touches`: pointer id -> {x, y} on the canvas, kept up to date by the caller. */
export function pinching(touches) {
  const spread = () => {
    const [a, b] = [...touches.values()];
    return { size: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  };
  let last = spread();
  return {
    move() {
      if (touches.size < 2) return;
      const now = spread();
      panBy(now.x - last.x, now.y - last.y);
      zoomBy(now.size / Math.max(last.size, 1), now.x, now.y);
      last = now;
    },
    end() {}, cancel() {},
  };
}
