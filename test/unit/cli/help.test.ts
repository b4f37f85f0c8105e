import { describe, expect, it } from "vitest";
import { EXPORT } from "../../../lib/cli/export.js";
import { FLOWTRACE } from "../../../lib/cli/flowtrace.js";
import { helpText } from "../../../lib/cli/help.js";
import { RECOVER } from "../../../lib/cli/recover.js";
import { SHOW } from "../../../lib/cli/show.js";
import { languageOf } from "../../../lib/cli/text.js";
import { VISUAL } from "../../../lib/cli/visual.js";

const COMMANDS = { FLOWTRACE, VISUAL, SHOW, EXPORT, RECOVER };

describe.each(Object.entries(COMMANDS))("the help of %s", (_, command) => {
  it("describes every option in both languages, with nothing left to fill in", () => {
    for (const [language, heading] of [
      ["en", "Options:"],
      ["es", "Opciones:"],
    ] as const) {
      const text = helpText(command, 200, language);
      expect(text).toContain(heading);
      expect(text).not.toMatch(/\{\w+\}|undefined/);
      for (const { name } of [...command.options, { name: "help" }, { name: "version" }])
        expect(text).toMatch(new RegExp(`--${name}\\b[^\\n]* {2}\\S|--${name}\\b[^\\n]*\\n {20,}\\S`));
    }
  });

  it.each([80, 100])("fits a terminal of %i columns", (columns) => {
    const usageAndExamples = /^(?:Usage:|Uso:| {2,7}flowtrace)/;
    for (const language of ["en", "es"] as const)
      for (const line of helpText(command, columns, language).split("\n"))
        if (!usageAndExamples.test(line)) expect(line.length, line).toBeLessThanOrEqual(columns);
  });
});

describe("the language of the commands", () => {
  it.each([
    [{ LANG: "es_ES.UTF-8" }, "es"],
    [{ LANG: "es" }, "es"],
    [{ LANG: "est_EE.UTF-8" }, "en"],
    [{ LANG: "es_MX", LC_ALL: "C" }, "en"],
    [{ LANG: "es_MX", LC_ALL: "" }, "es"],
    [{ LANG: "en_US", LC_MESSAGES: "es_AR" }, "es"],
    [{}, "en"],
  ])("is with %o: %s", (env, language) => {
    expect(languageOf(env)).toBe(language);
  });
});
