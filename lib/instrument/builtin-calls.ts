import type * as t from "@babel/types";
import { type BuiltinStyle, builtinModule, builtinsOf, styleOfCall } from "../builtins.js";
import { lastName } from "./names.js";
import type { CallNode } from "./syntax.js";

/** A call that, as far as the text goes, is of one of Node's own functions. */
export interface BuiltinCall {
  /** The identifier that its callee begins with. */
  root: string;
  /** The module that it is in, as far as the text goes; `zlib#gzip` for what `util.promisify` makes of that. */
  module: string;
  /** The callee as it is written: `fs.promises.readFile`. */
  text: string;
  style: ReturnType<typeof styleOfCall>;
  /** Arguments but the last that hold no function without a name; filled by who goes through them. */
  told: t.Node[];
}

/** What an identifier stands for: a module of Node's, or something in it. */
interface Binding {
  module: string;
  path: string;
  /** What `util.promisify` makes of that. */
  isPromisified?: true;
}

interface Named extends Binding {
  root: string;
  /** Behind it. */
  names: string[];
  style: BuiltinStyle;
}

/**
 * Finds calls of Node's own functions by what the file requires and imports at its top level. Whether a call is one for
 * certain is seen when it is made, by identity.
 */
export class BuiltinCalls {
  private readonly bindings = new Map<string, Binding>(GLOBALS);

  constructor(program: t.Program) {
    for (const statement of program.body) {
      if (statement.type === "ImportDeclaration") this.import(statement);
      else if (statement.type === "VariableDeclaration")
        for (const each of statement.declarations) this.declare(each);
    }
  }

  private import({ source, specifiers }: t.ImportDeclaration): void {
    const module = builtinModule(source.value);
    if (module === undefined) return;
    for (const { local, ...specifier } of specifiers) {
      const imported = "imported" in specifier ? specifier.imported : undefined;
      const path =
        imported === undefined ? "" : imported.type === "Identifier" ? imported.name : imported.value;
      this.bindings.set(local.name, { module, path: path === "default" ? "" : path });
    }
  }

  private declare({ id, init }: t.VariableDeclarator): void {
    const required = requiredModule(init) ?? this.promisified(init);
    if (required === undefined) return;
    if (id.type === "Identifier") this.bindings.set(id.name, required);
    if (id.type !== "ObjectPattern" || required.path !== "") return;
    for (const property of id.properties) {
      if (property.type !== "ObjectProperty" || property.computed || property.key.type !== "Identifier")
        continue;
      if (property.value.type !== "Identifier") continue;
      this.bindings.set(property.value.name, { module: required.module, path: property.key.name });
    }
  }

  /** `promisify(zlib.gzip)` */
  private promisified(init: t.Node | null | undefined): Binding | undefined {
    if (init?.type !== "CallExpression" || lastName(init.callee) !== "promisify") return undefined;
    const [of] = init.arguments;
    const named = of && this.named(of);
    if (named === undefined) return undefined;
    const { module, path, style } = named;
    // Those have a version of their own.
    if (style === "timer") return { module: "timers/promises", path };
    return style === "callback" || style === "either" ? { module, path, isPromisified: true } : undefined;
  }

  /** @returns undefined for almost every call */
  find({ type, callee, arguments: args }: CallNode): BuiltinCall | undefined {
    if (type !== "CallExpression" || args.length === 0) return undefined;
    // `(0, fs.readFileSync)(…)`, as compilers write it.
    const called =
      callee.type === "SequenceExpression" ? callee.expressions[callee.expressions.length - 1]! : callee;
    const named = this.named(called);
    if (named === undefined) return undefined;
    const { root, names, module, path, style, isPromisified } = named;
    return {
      root,
      module: isPromisified ? `${module}#${path}` : module,
      text: [root, ...names].join("."),
      style: isPromisified ? "promise" : styleOfCall(style, args.length),
      told: [],
    };
  }

  /** What `fs.promises.readFile` stands for. */
  private named(node: t.Node): Named | undefined {
    const names: string[] = [];
    let object = node;
    for (; object.type === "MemberExpression"; object = object.object) {
      if (object.computed || object.property.type !== "Identifier") return undefined;
      names.unshift(object.property.name);
    }
    const binding = object.type === "Identifier" ? this.bindings.get(object.name) : undefined;
    if (binding === undefined || object.type !== "Identifier") return undefined;
    const path = [binding.path, ...names].filter((name) => name !== "" && name !== "default").join(".");
    const style = builtinsOf(binding.module)[path];
    return style && { ...binding, path, style, root: object.name, names };
  }
}

/** What needs no import. */
const GLOBALS: readonly (readonly [string, Binding])[] = [
  ...Object.keys(builtinsOf("timers")).map((path) => [path, { module: "timers", path }] as const),
  ["globalThis", { module: "timers", path: "" }],
  ["global", { module: "timers", path: "" }],
];

/** `require("fs")`, `require("fs").promises`, and what compilers put around: `__importStar(require("fs"))`. */
function requiredModule(init: t.Node | null | undefined): Binding | undefined {
  if (init?.type === "MemberExpression" && !init.computed && init.property.type === "Identifier") {
    const of = requiredModule(init.object);
    return of === undefined || of.path !== "" ? undefined : { module: of.module, path: init.property.name };
  }
  if (init?.type !== "CallExpression" || init.callee.type !== "Identifier") return undefined;
  const [argument] = init.arguments;
  if (argument === undefined) return undefined;
  if (/^__import(Star|Default)$/.test(init.callee.name)) return requiredModule(argument);
  if (init.callee.name !== "require" || argument.type !== "StringLiteral") return undefined;
  const module = builtinModule(argument.value);
  return module === undefined ? undefined : { module, path: "" };
}
