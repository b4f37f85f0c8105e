import { parse } from "@babel/parser";
import type * as t from "@babel/types";
import { forEachChild } from "./syntax.js";

/** What the eraser needs of a node; the fields differ by type. */
type Node = t.Node & {
  start: number;
  end: number;
  typeAnnotation?: t.Node | null;
  returnType?: t.Node | null;
  optional?: boolean | null;
  definite?: boolean | null;
  declare?: boolean | null;
  abstract?: boolean | null;
};

/** Thrown where there is more than types to take out. */
const NOT_ERASABLE = Symbol("not erasable");

/** Takes the names out of imports that stand for types only; `imports`: the import as well, when none is left. */
export type Elision = "names" | "imports" | "none";

/**
 * JavaScript of a TypeScript file by putting blanks where types are: every line and column stays.
 *
 * @returns undefined when the file has more than types: enums, namespaces with values, parameter properties,
 *   decorators, JSX
 * @throws SyntaxError when it does not parse
 */
export function eraseTypes(source: string, isJsx: boolean, elision: Elision): string | undefined {
  if (isJsx && /<[A-Za-z>]/.test(source) && hasJsx(source)) return undefined;
  const file = parseTypeScript(source, isJsx);
  try {
    return new Eraser(source, elision).erase(file.program);
  } catch (error) {
    if (error === NOT_ERASABLE) return undefined;
    throw error;
  }
}

function parseTypeScript(source: string, isJsx: boolean): t.File {
  return parse(source, {
    sourceType: "unambiguous",
    attachComment: false,
    allowReturnOutsideFunction: true,
    allowAwaitOutsideFunction: true,
    createImportExpressions: false,
    plugins: [
      "typescript",
      "decorators",
      "decoratorAutoAccessors",
      "explicitResourceManagement",
      ["importAttributes", { deprecatedAssertSyntax: true }],
      ...(isJsx ? (["jsx"] as const) : []),
    ],
  });
}

function hasJsx(source: string): boolean {
  let found = false;
  const visit = (node: t.Node): void => {
    if (node.type === "JSXElement" || node.type === "JSXFragment") found = true;
    else if (!found) forEachChild(node, visit);
  };
  visit(parseTypeScript(source, true).program);
  return found;
}

const MODIFIER = /\b(?:public|private|protected|readonly|override|declare|abstract)\b/g;

class Eraser {
  private readonly erased: [start: number, end: number][] = [];
  /** Where what was erased starts, by its end. */
  private readonly startOf = new Map<number, number>();
  /** Single characters to put in the place of others. */
  private readonly put = new Map<number, string>();
  /** Names that are read or written somewhere, types left aside. */
  private readonly values = new Set<string>();

  constructor(
    private readonly source: string,
    private readonly elision: Elision,
  ) {}

  erase(program: t.Program): string {
    this.statements(program.body);
    for (const statement of program.body) if (statement.type === "ImportDeclaration") this.import(statement);
    return this.text();
  }

  private text(): string {
    const parts: string[] = [];
    let from = 0;
    const ranges = this.erased.sort(([a], [b]) => a - b);
    for (const [start, end] of ranges) {
      if (end <= from) continue;
      const at = Math.max(start, from);
      parts.push(this.source.slice(from, at), this.source.slice(at, end).replace(/[^\s]/g, " "));
      from = end;
    }
    parts.push(this.source.slice(from));
    return withCharacters(parts.join(""), this.put);
  }

  private blank(start: number, end: number): void {
    if (end <= start) return;
    this.erased.push([start, end]);
    this.startOf.set(end, start);
  }

  /** A statement or class member, with a semicolon left: what follows must not go on with what stands before. */
  private whole(node: t.Node): void {
    this.blank(node.start!, node.end!);
    this.put.set(node.start!, ";");
  }

  private statements(list: readonly t.Node[]): void {
    for (const statement of list) {
      this.visit(statement);
      this.keepEnd(statement);
    }
  }

  /** Where a type ended a statement or a field that has no semicolon, the next line could go on with what is left. */
  private keepEnd(node: t.Node): void {
    const start = this.startOf.get(node.end!);
    if (start !== undefined && start > node.start!) this.put.set(start, ";");
  }

  private readonly visit = (child: t.Node): void => {
    const node = child as Node;
    switch (node.type) {
      case "TSInterfaceDeclaration":
      case "TSTypeAliasDeclaration":
      case "TSDeclareFunction":
      case "TSNamespaceExportDeclaration":
        return this.whole(node);
      case "TSModuleDeclaration":
        if (isType(node)) return this.whole(node);
        throw NOT_ERASABLE;
      case "TSEnumDeclaration":
        if (node.declare) return this.whole(node);
        throw NOT_ERASABLE;
      case "TSImportEqualsDeclaration":
        if (node.importKind === "type") return this.whole(node);
        throw NOT_ERASABLE;
      case "TSExportAssignment":
      case "TSParameterProperty":
      case "Decorator":
      case "ClassAccessorProperty":
      case "JSXElement":
      case "JSXFragment":
        throw NOT_ERASABLE;
      case "ImportDeclaration":
        if (node.importKind === "type") this.whole(node);
        return;
      case "ExportAllDeclaration":
        if (node.exportKind === "type") this.whole(node);
        return;
      case "ExportNamedDeclaration":
        return this.exportNamed(node);
      case "ExportDefaultDeclaration": {
        const { type } = node.declaration;
        if (type === "TSDeclareFunction" || (type as string) === "TSInterfaceDeclaration")
          return this.whole(node);
        return this.visit(node.declaration);
      }
      case "VariableDeclaration":
        if (node.declare) return this.whole(node);
        break;
      case "VariableDeclarator":
        if (node.definite) this.blank(node.id.start! + (node.id as t.Identifier).name.length, node.id.end!);
        break;
      case "ClassDeclaration":
        if (node.declare) return this.whole(node);
        return this.class(node);
      case "ClassExpression":
        return this.class(node);
      case "ClassMethod":
      case "ClassPrivateMethod":
      case "ClassProperty":
      case "ClassPrivateProperty":
        return this.member(node as unknown as Node);
      case "TSDeclareMethod":
      case "TSIndexSignature":
        return this.whole(node);
      case "Identifier":
        this.values.add(node.name);
        if (node.optional) this.blank(node.start + node.name.length, node.end);
        if (node.typeAnnotation) this.blank(node.start + node.name.length, node.typeAnnotation.end!);
        return;
      case "ObjectPattern":
      case "ArrayPattern":
      case "RestElement":
        this.annotation(node);
        break;
      case "AssignmentPattern":
        break;
      case "TSAsExpression":
      case "TSSatisfiesExpression":
      case "TSNonNullExpression":
      case "TSInstantiationExpression":
        this.visit(node.expression);
        // Parentheses around the expression end behind it.
        return this.blank(this.outerEnd(node.expression, node), node.end);
      case "TSTypeAssertion": {
        const end = this.source.indexOf(">", node.typeAnnotation.end!) + 1;
        if (/[\n\r\u2028\u2029]/.test(this.source.slice(node.start, this.tokenAt(end)))) throw NOT_ERASABLE;
        this.blank(node.start, end);
        return this.visit(node.expression);
      }
      case "ArrowFunctionExpression":
        return this.arrow(node);
      case "MemberExpression":
      case "OptionalMemberExpression":
        this.visit(node.object);
        if (node.computed) this.visit(node.property);
        return;
      case "ObjectProperty":
        if (node.computed) this.visit(node.key);
        return this.visit(node.value);
      case "ObjectMethod":
        if (node.computed) this.visit(node.key);
        this.callable(node);
        return;
      case "FunctionDeclaration":
      case "FunctionExpression":
        return this.callable(node);
      case "BlockStatement":
      case "StaticBlock":
        return this.statements(node.body);
      case "SwitchStatement":
        this.visit(node.discriminant);
        for (const { test, consequent } of node.cases) {
          if (test) this.visit(test);
          this.statements(consequent);
        }
        return;
      case "LabeledStatement":
      case "WhileStatement":
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
      case "DoWhileStatement":
        this.children(node);
        return this.keepEnd(node.body);
      case "IfStatement":
        this.children(node);
        this.keepEnd(node.consequent);
        return;
    }
    this.children(node);
  };

  private children(node: t.Node): void {
    forEachChild(node, (child) => {
      if (child.type === "TSTypeParameterDeclaration" || child.type === "TSTypeParameterInstantiation")
        this.blank(child.start!, child.end!);
      else if (child.type !== "TSTypeAnnotation") this.visit(child);
    });
  }

  /** A pattern's or rest parameter's type, with the mark that it may be left out. */
  private annotation(node: Node): void {
    const { typeAnnotation } = node;
    if (typeAnnotation == null) return;
    const start = typeAnnotation.start!;
    const before = /\?\s*$/.exec(this.source.slice(node.start, start));
    this.blank(start - (before?.[0].length ?? 0), typeAnnotation.end!);
  }

  private callable(
    node:
      | t.FunctionDeclaration
      | t.FunctionExpression
      | t.ObjectMethod
      | t.ClassMethod
      | t.ClassPrivateMethod,
  ): void {
    this.typeParameters(node.typeParameters);
    this.parameters(node.params);
    if (node.returnType) this.blank(node.returnType.start!, node.returnType.end!);
    this.visit(node.body);
  }

  private parameters(params: readonly t.Node[]): void {
    const [first] = params;
    if (first?.type === "Identifier" && first.name === "this") {
      const next = params[1];
      const comma = this.source.indexOf(",", first.end!);
      const close = this.source.indexOf(")", first.end!);
      this.blank(first.start!, first.end!);
      if (comma >= 0 && (next !== undefined || comma < close)) this.blank(comma, comma + 1);
      for (const parameter of params.slice(1)) this.visit(parameter);
    } else for (const parameter of params) this.visit(parameter);
  }

  private typeParameters(node: t.Node | null | undefined): void {
    if (node != null) this.blank(node.start!, node.end!);
  }

  /** No line may end between `async` and the parameters, nor between these and the arrow. */
  private arrow(node: t.ArrowFunctionExpression): void {
    const { typeParameters, returnType } = node;
    if (typeParameters != null) {
      this.blank(typeParameters.start!, typeParameters.end!);
      const open = this.source.indexOf("(", typeParameters.end!);
      if (node.async && hasLineEnd(this.source.slice(typeParameters.start!, open))) {
        this.put.set(typeParameters.start!, "(");
        this.blank(open, open + 1);
      }
    }
    this.parameters(node.params);
    if (returnType != null) {
      this.blank(returnType.start!, returnType.end!);
      const close = this.source.lastIndexOf(")", returnType.start!);
      if (hasLineEnd(this.source.slice(close, returnType.end!))) {
        this.blank(close, close + 1);
        this.put.set(returnType.end! - 1, ")");
      }
    }
    this.visit(node.body);
  }

  private class(node: t.ClassDeclaration | t.ClassExpression): void {
    const decorators = node.decorators ?? [];
    if (decorators.length > 0) throw NOT_ERASABLE;
    if (node.type === "ClassDeclaration" && node.abstract) this.word("abstract", node.start!);
    if (node.id) this.values.add(node.id.name);
    this.typeParameters(node.typeParameters);
    if (node.superClass) this.visit(node.superClass);
    this.typeParameters(node.superTypeParameters);
    const { implements: interfaces = [] } = node;
    const last = interfaces?.[interfaces.length - 1];
    if (last !== undefined) {
      const before = (node.superTypeParameters ?? node.superClass ?? node.typeParameters ?? node.id)?.end;
      this.blank(this.source.indexOf("implements", before ?? node.start! + "class".length), last.end!);
    }
    for (const member of node.body.body) {
      this.visit(member);
      if (member.type === "ClassProperty" || member.type === "ClassPrivateProperty") this.keepEnd(member);
    }
  }

  private member(node: Node): void {
    const member = node as unknown as t.ClassMethod | t.ClassProperty;
    if ((member.decorators?.length ?? 0) > 0) throw NOT_ERASABLE;
    if (node.declare || node.abstract) return this.whole(node);
    const { key } = member;
    const head = this.source.slice(node.start, key.start!);
    MODIFIER.lastIndex = 0;
    for (let word = MODIFIER.exec(head); word !== null; word = MODIFIER.exec(head)) {
      this.blank(node.start + word.index, node.start + word.index + word[0].length);
      // `['a'] = 1` and `*a() {}` would go on with the field in front.
      if (word.index === 0) this.put.set(node.start, ";");
    }
    if (member.computed) this.visit(key);
    if (node.optional || node.definite) {
      const mark = /^[^?!]*?([?!])/.exec(this.source.slice(key.end!, node.end));
      const at = key.end! + (mark?.[0].length ?? 1) - 1;
      this.blank(at, at + 1);
    }
    if (node.type === "ClassMethod" || (node.type as string) === "ClassPrivateMethod")
      return this.callable(member as t.ClassMethod);
    const { typeAnnotation, value } = member as t.ClassProperty;
    if (typeAnnotation) this.blank(typeAnnotation.start!, typeAnnotation.end!);
    if (value) this.visit(value);
  }

  private exportNamed(node: t.ExportNamedDeclaration): void {
    const { declaration, specifiers } = node;
    if (node.exportKind === "type") return this.whole(node);
    if (declaration) {
      return isType(declaration) ? this.whole(node) : this.visit(declaration);
    }
    for (const specifier of specifiers) {
      if (specifier.type !== "ExportSpecifier") continue;
      if (specifier.exportKind === "type") this.listed(specifier, node.end!);
      else if (!node.source) this.values.add((specifier.local as t.Identifier).name);
    }
  }

  private import(node: t.ImportDeclaration): void {
    if (node.importKind === "type" || node.specifiers.length === 0) return;
    const isType = (specifier: t.ImportDeclaration["specifiers"][number]): boolean =>
      (specifier.type === "ImportSpecifier" && specifier.importKind === "type") ||
      (this.elision !== "none" && !this.values.has(specifier.local.name));
    const types = node.specifiers.filter(isType);
    if (types.length === 0) return;
    const explicit = types.every(
      (specifier) => specifier.type === "ImportSpecifier" && specifier.importKind === "type",
    );
    if (types.length === node.specifiers.length && this.elision === "imports") return this.whole(node);
    for (const specifier of types) {
      if (specifier.type === "ImportSpecifier") this.listed(specifier, node.source.start!);
      else if (!explicit) this.unbraced(node, specifier);
    }
  }

  /** `a, ` in `import a, { b } from`, or the whole up to `from` where nothing else is imported. */
  private unbraced(node: t.ImportDeclaration, specifier: t.Node): void {
    if (node.specifiers.length === 1) {
      const from = this.source.indexOf("from", specifier.end!);
      this.blank(specifier.start!, from + "from".length);
    } else if (specifier.type === "ImportDefaultSpecifier") this.listed(specifier, node.source.start!);
    else this.blank(this.source.lastIndexOf(",", specifier.start!), specifier.end!);
  }

  /** An element of a list, with the comma behind it. */
  private listed(node: t.Node, before: number): void {
    const comma = /^(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n]*)*,/.exec(this.source.slice(node.end!, before));
    this.blank(node.start!, node.end! + (comma?.[0].length ?? 0));
  }

  private word(word: string, from: number): void {
    const at = this.source.indexOf(word, from);
    this.blank(at, at + word.length);
  }

  /** Where an expression ends with the parentheses around it, of those that `outer` holds. */
  private outerEnd(node: t.Node, outer: Node): number {
    let end = node.end!;
    for (let open = Number(node.extra?.parenthesized ?? 0); open > 0; ) {
      const close = this.source.indexOf(")", end);
      if (close < 0 || close >= outer.end) break;
      end = close + 1;
      open = /^\s*\)/.test(this.source.slice(end, outer.end)) ? 1 : 0;
    }
    return end;
  }

  private tokenAt(from: number): number {
    return from + /^\s*/.exec(this.source.slice(from))![0].length;
  }
}

function withCharacters(text: string, put: ReadonlyMap<number, string>): string {
  let result = "";
  let from = 0;
  for (const [at, character] of [...put].sort(([a], [b]) => a - b)) {
    result += text.slice(from, at) + character;
    from = at + 1;
  }
  return result + text.slice(from);
}

const hasLineEnd = (text: string): boolean => /[\n\r\u2028\u2029]/.test(text);

/** Whether a namespace holds nothing that is there at run time. */
function isOnlyTypes(node: t.TSModuleDeclaration): boolean {
  const { body } = node;
  if (body.type === "TSModuleDeclaration") return isOnlyTypes(body);
  return body.body.every((statement) => {
    const declared = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    return declared == null || isType(declared);
  });
}

/** Whether a declaration leaves nothing at run time. */
function isType(declaration: t.Statement): boolean {
  switch (declaration.type) {
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
    case "TSDeclareFunction":
      return true;
    case "TSModuleDeclaration":
      return declaration.declare === true || isOnlyTypes(declaration);
    default:
      return (declaration as { declare?: boolean }).declare === true;
  }
}
