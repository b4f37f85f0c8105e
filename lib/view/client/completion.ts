import type { Model } from "./model.js";
import { classesOf, filesOf, functionsOf, kindsOf, modulesOf } from "./names.js";
import { remember, remembered } from "./remember.js";

const MOST_OFFERED = 12;
const MOST_SEARCHES = 10;
const SEARCHES = "searches";

/** What a term may begin with; see trace/query.ts. */
const QUALIFIERS = [
  "fn:",
  "module:",
  "class:",
  "file:",
  "kind:",
  "error:",
  "status:",
  "thread:",
  "in.",
  "out:",
];
const COMPARISONS = ["dur>", "self>", "start>=", "end>="];

/** What the search box offers: ways to go on with its last term, and earlier searches where it is empty. */
export interface Completion {
  offers(text: string): string[];
  /** A search was gone through: it is offered again, in this page and in others of this browser. */
  searched(text: string): void;
}

export function completion(model: Model): Completion {
  let names: ReadonlyMap<string, readonly string[]> | undefined;

  function namesOf(qualifier: string): readonly string[] {
    names ??= new Map([
      ["fn", [...functionsOf(model).keys()]],
      ["module", [...modulesOf(model).keys()]],
      ["class", [...classesOf(model).keys()]],
      ["file", [...filesOf(model).keys()]],
      ["kind", [...kindsOf(model).keys()]],
      ["status", ["ok", "threw", "rejected", "running"]],
    ]);
    return names.get(qualifier) ?? [];
  }

  function searches(): string[] {
    // A line each: a search box holds no line breaks.
    return (remembered(SEARCHES) ?? "").split("\n").filter((text) => text !== "");
  }

  return {
    offers(text) {
      if (text === "") return searches();
      const at = text.lastIndexOf(" ") + 1;
      return termsFor(text.slice(at), namesOf)
        .slice(0, MOST_OFFERED)
        .map((term) => text.slice(0, at) + term);
    },
    searched(text) {
      if (text.trim() === "") return;
      const others = searches().filter((other) => other !== text);
      remember(SEARCHES, [text, ...others].slice(0, MOST_SEARCHES).join("\n"));
    },
  };
}

function termsFor(typed: string, namesOf: (qualifier: string) => readonly string[]): string[] {
  if (typed === "") return [];
  const colon = typed.indexOf(":");
  const qualifier = colon < 0 ? "fn" : typed.slice(0, colon);
  const begun = typed.slice(colon + 1).toLowerCase();
  const terms = namesOf(qualifier)
    .filter((name) => name.toLowerCase().includes(begun))
    .map((name) => `${qualifier}:${/[\s"]/.test(name) ? JSON.stringify(name) : name}`);
  if (colon >= 0) return terms;
  return [...[...QUALIFIERS, ...COMPARISONS].filter((start) => start.startsWith(typed)), ...terms];
}
