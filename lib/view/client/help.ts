import type { MessageKey } from "../messages/en.js";
import { el } from "./dom.js";
import { t } from "./i18n.js";

/** The sheet of keyboard shortcuts. */
export function helpDialog(): HTMLDialogElement {
  const keys: [string, MessageKey][] = [
    ["/", "help.search"],
    ["n  N", "help.matches"],
    ["1 … 9", "help.tabs"],
    ["↑ ↓ Home End", "help.move"],
    ["← → Enter", "help.fold"],
    ["f", "help.failing"],
    ["o", "help.open.panel"],
    ["w", "help.panels"],
    ["⠿ ← ↑ → ↓", "help.panel.move"],
    ["⠿ Shift+← ↑ → ↓", "help.panel.size"],
    ["Esc", "help.panel.close"],
    [`Shift+${t("help.drag")}`, "help.range"],
    ["t", "help.theme"],
  ];
  const dialog = el(
    "dialog",
    { "aria-label": t("help.title") },
    el("h2", {}, t("help.title")),
    el(
      "dl",
      { class: "facts" },
      ...keys.flatMap(([key, text]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, t(text))]),
    ),
    el("button", { type: "button", onclick: () => dialog.close() }, t("help.close")),
  );
  return dialog;
}
