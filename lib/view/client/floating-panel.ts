import { el } from "./dom.js";
import { t } from "./i18n.js";

/** Where a panel stands, in CSS pixels. */
export interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface FloatingPanel {
  element: HTMLElement;
  body: HTMLElement;
  title: HTMLElement;
  place: Place;
  focus(): void;
  /** In front of the others, and out of the dock. */
  raise(): void;
}

const STEP_PX = 24;
const LEAST_PX = 220;
const MARGIN_PX = 8;
let front = 0;
let made = 0;

/** A panel over the page that does not hold it up: moved, minimised to the dock, maximised and closed, by pointer or keys. */
export function floatingPanel(place: Place, dock: HTMLElement, onClose: () => void): FloatingPanel {
  const id = `floating-${++made}`;
  const title = el("h2", { id });
  const body = el("div", { class: "floating-body" });
  let host: HTMLElement | null = null;

  const control = (name: "move" | "minimise" | "maximise" | "close", sign: string, act: () => void) =>
    el(
      "button",
      {
        type: "button",
        class: `icon ${name}`,
        "aria-label": t(`panel.${name}`),
        "aria-describedby": id,
        title: t(`panel.${name}`),
        onclick: act,
      },
      sign,
    );
  const handle = control("move", "⠿", () => {});
  const minimise = control("minimise", "–", () => setDocked(!isDocked()));
  const maximise = control("maximise", "□", () => setWhole(!element.classList.contains("whole")));
  const bar = el(
    "div",
    { class: "titlebar", ondblclick: () => (isDocked() ? setDocked(false) : maximise.click()) },
    handle,
    title,
    minimise,
    maximise,
    control("close", "×", onClose),
  );
  const element = el(
    "section",
    { class: "floating", role: "dialog", "aria-labelledby": id, tabindex: -1 },
    bar,
    body,
  );
  const panel: FloatingPanel = { element, body, title, place: { ...place }, focus, raise };

  function isDocked(): boolean {
    return element.parentElement === dock;
  }

  function setDocked(docked: boolean): void {
    if (docked === isDocked()) return;
    const hadFocus = element.contains(document.activeElement);
    if (docked) host = element.parentElement;
    (docked ? dock : host)?.append(element);
    tell(minimise, docked, "minimise");
    if (!docked) put();
    if (hadFocus) minimise.focus();
  }

  function setWhole(whole: boolean): void {
    setDocked(false);
    element.classList.toggle("whole", whole);
    tell(maximise, whole, "maximise");
  }

  /** A button that undoes what it did says so. */
  function tell(button: HTMLElement, isDone: boolean, name: "minimise" | "maximise"): void {
    const label = t(isDone ? "panel.restore" : `panel.${name}`);
    button.setAttribute("aria-label", label);
    button.title = label;
  }

  function put(): void {
    const { innerWidth, innerHeight } = window;
    const at = panel.place;
    at.width = Math.max(Math.min(LEAST_PX, innerWidth), Math.min(at.width, innerWidth - 2 * MARGIN_PX));
    at.height = Math.max(Math.min(LEAST_PX, innerHeight), Math.min(at.height, innerHeight - 2 * MARGIN_PX));
    at.left = Math.max(MARGIN_PX, Math.min(at.left, innerWidth - at.width - MARGIN_PX));
    at.top = Math.max(MARGIN_PX, Math.min(at.top, innerHeight - at.height - MARGIN_PX));
    for (const side of ["left", "top", "width", "height"] as const) element.style[side] = `${at[side]}px`;
  }

  function raise(): void {
    setDocked(false);
    element.style.zIndex = String(++front);
  }

  function focus(): void {
    raise();
    element.focus();
  }

  handle.addEventListener("keydown", (event) => {
    const x = event.key === "ArrowRight" ? STEP_PX : event.key === "ArrowLeft" ? -STEP_PX : 0;
    const y = event.key === "ArrowDown" ? STEP_PX : event.key === "ArrowUp" ? -STEP_PX : 0;
    if (x === 0 && y === 0) return;
    event.preventDefault();
    panel.place[event.shiftKey ? "width" : "left"] += x;
    panel.place[event.shiftKey ? "height" : "top"] += y;
    put();
  });
  bar.addEventListener("pointerdown", (event) => {
    const button = (event.target as HTMLElement).closest("button");
    if (event.button !== 0 || (button !== null && button !== handle) || isDocked()) return;
    if (element.classList.contains("whole")) return;
    const { clientX, clientY } = event;
    const { left, top } = panel.place;
    bar.setPointerCapture(event.pointerId);
    const move = (now: PointerEvent): void => {
      panel.place.left = left + now.clientX - clientX;
      panel.place.top = top + now.clientY - clientY;
      put();
    };
    bar.addEventListener("pointermove", move);
    const end = (): void => bar.removeEventListener("pointermove", move);
    bar.addEventListener("lostpointercapture", end, { once: true });
  });
  element.addEventListener("pointerdown", () => {
    element.style.zIndex = String(++front);
  });
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    onClose();
  });
  // Its corner makes it larger and smaller.
  new ResizeObserver(() => {
    if (isDocked() || element.classList.contains("whole") || !element.isConnected) return;
    panel.place.width = element.offsetWidth;
    panel.place.height = element.offsetHeight;
  }).observe(element);
  put();
  element.style.zIndex = String(++front);
  return panel;
}
