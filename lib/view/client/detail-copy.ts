import { type CodeTexts, callCode, callTest } from "../../trace/call-code.js";
import type { MessageKey } from "../messages/en.js";
import { copyText } from "./clipboard.js";
import { el } from "./dom.js";
import { t } from "./i18n.js";
import type { Model } from "./model.js";
import { errorText } from "./overview.js";

/** Buttons that put a call on the clipboard: as data, as a test, as code. */
export function copyButtons(model: Model, row: number): HTMLElement {
  const forms: [label: MessageKey, text: () => string][] = [["detail.copy", () => asJson(model, row)]];
  const { kind } = model.fn(row);
  const source = (file: string): string | undefined => model.meta.sources[file];
  if (kind !== "root" && kind !== "span" && kind !== "process" && kind !== "folded") {
    forms.push(
      ["detail.copyTest", () => callTest(model.trace, row, texts(), source)],
      ["detail.copyCode", () => callCode(model.trace, row, texts(), source)],
    );
  }
  const told = el("span", { class: "hint", role: "status" });
  return el(
    "p",
    { class: "actions" },
    ...forms.map(([label, text]) =>
      el(
        "button",
        {
          type: "button",
          onclick: async () => {
            await copyText(text());
            told.textContent = t("detail.copied");
          },
        },
        t(label),
      ),
    ),
    told,
  );
}

function texts(): CodeTexts {
  return {
    incomplete: t("detail.code.incomplete"),
    receiver: t("detail.code.receiver"),
    exported: t("detail.code.exported"),
    returns: t("detail.code.returns"),
    throws: t("detail.code.throws"),
  };
}

/** The call without those it made, in the words of the trace file. */
function asJson(model: Model, row: number): string {
  const { calls, meta } = model;
  const { name, called, module, kind, file, line } = model.fn(row);
  const number = (n: number): number | null => (Number.isNaN(n) ? null : n);
  const after = model.value(calls.inputsAfter[row]!);
  const attributes = model.value(calls.attributes.get(row) ?? -1);
  return JSON.stringify(
    {
      id: row,
      callable: name,
      called,
      module,
      kind,
      file,
      line,
      call_site: meta.sites[calls.site[row]!],
      start_ms: calls.start[row],
      inputs: model.inputs(row),
      attributes,
      inputs_after: after,
      output: model.value(calls.output[row]!) ?? null,
      error: errorText(model, row) || null,
      duration_ms: number(calls.duration[row]!),
      self_ms: number(model.self[row]!),
      status: model.status(row),
      memory_before: model.memory(row)?.before,
      memory_after: model.memory(row)?.after,
    },
    null,
    2,
  );
}
