import { el } from "./dom.js";

let made = 0;

/** A button with a sheet below it, which the browser closes on Escape and on a click elsewhere. */
export function menu(label: string, ...content: (Node | null)[]): HTMLElement {
  const id = `menu-${++made}`;
  const sheet = el(
    "div",
    { id, class: "menu", popover: "auto", role: "group", "aria-label": label },
    ...content,
  );
  const button = el(
    "button",
    { type: "button", popovertarget: id, "aria-expanded": false, class: "opens-menu" },
    label,
  );
  sheet.addEventListener("beforetoggle", (event) => {
    const isOpen = (event as ToggleEvent).newState === "open";
    button.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) return;
    const { left, bottom } = button.getBoundingClientRect();
    // Lengths of what is enlarged, as it is on wide screens, are enlarged too.
    const zoom = button.currentCSSZoom ?? 1;
    sheet.style.top = `${bottom / zoom + 4}px`;
    sheet.style.left = `${left / zoom}px`;
  });
  sheet.addEventListener("toggle", (event) => {
    if ((event as ToggleEvent).newState !== "open") return;
    // Now that its width is known, it is kept on the screen.
    const { right, width } = sheet.getBoundingClientRect();
    const zoom = sheet.currentCSSZoom ?? 1;
    if (right > innerWidth - 8) sheet.style.left = `${Math.max(8, innerWidth - 8 - width) / zoom}px`;
  });
  return el("div", { class: "has-menu" }, button, sheet);
}
