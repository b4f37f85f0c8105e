import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { ROOT } from "./run.js";

const schema = JSON.parse(readFileSync(join(ROOT, "templates", "flowtrace.schema.json"), "utf8"));
const validate = new Ajv2020({ allErrors: true, strictTypes: false }).compile(schema);

/** What the published schema has against a trace file's content. */
export function schemaProblems(json: unknown): string[] {
  validate(json);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
