import type * as t from "@babel/types";
import { BUILTINS, type BuiltinStyle, builtinModule, styleOfCall } from "../builtins.js";
import type { CallNode } from "./syntax.js";

/** A call that, as far as the text goes, is of one of Node's own functions. */
export interface BuiltinCall {
  /** The identifier that its callee begins with. */
  root: string;
  /** The module that it is in, as far as the text goes. */
  module: string;
  /** The callee as it is written: `fs.promises.readFile`. */
  text: string;
  style: ReturnType<typeof styleOfCall>;
}

/** What an identifier stands for: a module of Node's, or something in it. */
interface Binding {
  module: string;
  path: string;
}

/**
 * Finds calls of Node's own functions by what the file requires and imports at its top level. Whether a call is one for
 * certain is seen when it is made, by identity.
 */
export class BuiltinCalls {
  private readonly bindings = new Map<string, Binding>();

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
    const required = requiredModule(init);
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

  /** @returns undefined for almost every call */
  find({ type, callee, arguments: args }: CallNode): BuiltinCall | undefined {
    if (this.bindings.size === 0 || type !== "CallExpression" || args.length === 0) return undefined;
    // `(0, fs.readFileSync)(…)`, as compilers write it.
    const called =
      callee.type === "SequenceExpression" ? callee.expressions[callee.expressions.length - 1]! : callee;
    const names: string[] = [];
    let node: t.Node = called;
    for (; node.type === "MemberExpression"; node = node.object) {
      if (node.computed || node.property.type !== "Identifier") return undefined;
      names.unshift(node.property.name);
    }
    const binding = node.type === "Identifier" ? this.bindings.get(node.name) : undefined;
    if (binding === undefined || node.type !== "Identifier") return undefined;
    const inModule = names.filter((name) => name !== "default");
    const style: BuiltinStyle | undefined =
      BUILTINS[binding.module]?.[[binding.path, ...inModule].filter((name) => name !== "").join(".")];
    if (style === undefined) return undefined;
    return {
      root: node.name,
      module: binding.module,
      text: [node.name, ...names].join("."),
      style: styleOfCall(style, args.length),
    };
  }
}

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
