// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the programs are text.
import { lines, type Program } from "./program.js";

const WHERE =
  "const where = (): string => new Error('x').stack!.split('\\n')[2].replace(/.*[\\\\/]/, '').replace(/\\)$/, '');";
const MODULE = '{ "type": "module" }';

/** TypeScript run as it stands. What a version of Node can run without us prints the same there. */
export const TYPESCRIPT: Program[] = [
  {
    name: "types that are erased, in a module",
    entry: "main.ts",
    erasable: true,
    files: {
      "package.json": MODULE,
      "main.ts": lines(
        WHERE,
        "import { type Shape, area, Circle } from './lib.ts'; import type { Nothing } from './nowhere.ts';",
        "interface Options<T> { readonly a: T; b?: number }",
        "type Pair<A, B = string> = [A, B]",
        "(function iife() { console.log('after a type') })()",
        "abstract class Base<T extends object> implements Iterable<number> {",
        "  private readonly x: number = 1",
        "  readonly ['y']: string = 'computed'",
        "  declare z: string; protected static count?: number; #p!: number; [key: string]: unknown",
        "  abstract run(a: string): string; method?(): void;",
        "  constructor(given: number, other?: string) { this.#p = given }",
        "  get value(): number { return this.#p! } *[Symbol.iterator](): Iterator<number> { yield this.value as number }",
        "}",
        "class Derived extends Base<{ a: 1 }> { override run(this: Derived, a: string): string { return a + this.value + where() } }",
        "function over(a: string): string;",
        "function over(a: number): number;",
        "function over(a: any): any { return a satisfies unknown }",
        "const long = (",
        "  a: number,",
        "  b?: number,",
        "): Promise<",
        "  number",
        "> => Promise.resolve(a + (b ?? 0));",
        "const later = async <",
        "  T",
        ">(x: T): Promise<T> => x;",
        "let n!: number",
        "n = over(1) as unknown as number",
        ";[1, 2].forEach((v: number, i?: number): void => { if (v > 1) console.log(where()) })",
        "declare const nothing: number; declare global { var unused: number } namespace Types { export interface X {} }",
        "const o = { m(this: any, a: string): string { return a }, async f<T>(a: T) { return a } } as const",
        "for (const [k, v] of Object.entries({ a: 1 }) as [string, number][]) console.log(k, v, where())",
        "console.log(new Derived(5).run('run'), [...new Derived(7)], area(new Circle(2) as Shape), n, await long(1, 2), await later(3), o.m('m'))",
        "export type { Options, Pair }; export default interface Foo {}",
      ),
      "lib.ts": lines(
        "export interface Shape { r: number }",
        "export class Circle implements Shape { r: number; constructor(r: number) { this.r = r } }",
        "export const area = ({ r }: Shape): number => Math.round(Math.PI * r ** 2)",
      ),
    },
    stdout: "after a type\nmain.ts:29:75\na 1 main.ts:32:88\nrun5main.ts:14:113 [ 7 ] 13 1 3 3 m\n",
    calls: lines(
      "iife()",
      "over(a=1) → 1",
      "callback of Array.forEach (main.ts:29)(v=1, i=0)",
      "callback of Array.forEach (main.ts:29)(v=2, i=1)",
      '  where() → "main.ts:29:75"',
      'where() → "main.ts:32:88"',
      "Base.constructor(given=5, other=undefined) → Derived",
      'Derived.run(a="run") → "run5main.ts:14:113"',
      "  Base.get value() → 5",
      '  where() → "main.ts:14:113"',
      "Base.constructor(given=7, other=undefined) → Derived",
      "Base.[Symbol.iterator]()",
      "  Base.get value() → 7",
      "Circle.constructor(r=2) → Circle",
      "area(r=2) → 13",
      "long(a=1, b=2) → Promise",
      "later(x=3) → 3",
      'o.m(a="m") → "m"',
    ),
  },
  {
    name: "types that are erased, in CommonJS",
    entry: "main.cts",
    erasable: true,
    files: {
      "main.cts": lines(
        "const { twice }: { twice(n: number): number } = require('./lib.cts'); const path: typeof import('node:path') = require('node:path');",
        "function show<T extends object>(value: T): void { console.log(value, path.basename(__filename), typeof module, require.main === module) }",
        "show({ n: twice(2) }); console.error(new Error('in CommonJS').stack);",
      ),
      "lib.cts": "exports.twice = function twice(n: number): number { return n * 2 };",
    },
    stdout: "{ n: 4 } main.cts object true\n",
    calls: lines("twice(n=2) → 4", "show(value={ n: 4 })"),
  },
  {
    name: "a module by its syntax, and imports without extensions",
    entry: "main.ts",
    files: {
      "main.ts": lines(
        "import { helper } from './helper'; import { shout } from './folder'; import { compiled } from './compiled.js'; import { Only } from './types';",
        "const only: Only = { n: 1 }; console.log(helper(only.n), shout('a'), compiled(), typeof require, import.meta.url.slice(-8), (await import('./helper')).helper(2));",
      ),
      "helper.ts": "export function helper(n: number): number { return n + 1 }",
      "folder/index.ts": "export const shout = (s: string): string => s.toUpperCase();",
      "compiled.ts": "export const compiled = (): string => 'compiled';",
      "types.ts": "export interface Only { n: number }",
    },
    stdout: "2 A compiled undefined /main.ts 3\n",
    calls: lines("helper(n=1) → 2", 'shout(s="a") → "A"', 'compiled() → "compiled"', "helper(n=2) → 3"),
  },
  {
    name: "CommonJS that requires without extensions",
    entry: "main.ts",
    files: {
      "package.json": '{ "type": "commonjs" }',
      "main.ts": lines(
        "const { helper } = require('./helper') as { helper(n: number): number }; const { shout } = require('./folder'); const { compiled } = require('./compiled.js');",
        "console.log(helper(1), shout('a'), compiled(), module.children.length); try { require('./none') } catch (e: any) { console.log(e.code) }",
      ),
      "helper.ts": "exports.helper = (n: number): number => n + 1;",
      "folder/index.ts": "exports.shout = (s: string): string => s.toUpperCase();",
      "compiled.ts": "exports.compiled = (): string => 'compiled';",
    },
    stdout: "2 A compiled 3\nMODULE_NOT_FOUND\n",
    calls: lines("helper(n=1) → 2", 'shout(s="a") → "A"', 'compiled() → "compiled"'),
  },
  {
    name: "imports and exports in a package of CommonJS",
    entry: "main.ts",
    files: {
      "package.json": '{ "type": "commonjs" }',
      "main.ts": lines(
        WHERE,
        "import path from 'node:path'; import { helper, type Row } from './helper'; import * as all from './folder'; export const exported = 1;",
        "function show(row: Row): string { return `${helper(row.n)} ${all.shout('a')} ${path.basename(__filename)} ${where()}` }",
        "console.log(show({ n: 1 }), typeof require, require.main === module, exports.exported); import('./helper').then((m) => { console.log(m.helper(2)) });",
      ),
      "helper.ts":
        "export interface Row { n: number }\nexport function helper(n: number): number { return n + 1 }",
      "folder/index.ts": "export const shout = (s: string): string => s.toUpperCase();",
    },
    stdout: "2 A main.ts main.ts:3:109 function true 1\n3\n",
    calls: lines(
      'show(row={ n: 1 }) → "2 A main.ts main.ts:3:109"',
      "  helper(n=1) → 2",
      '  shout(s="a") → "A"',
      '  where() → "main.ts:3:109"',
      "callback of then (main.ts:4)(m=Module)",
      "  helper(n=2) → 3",
    ),
  },
  {
    name: "enums, namespaces and parameter properties, with exact places",
    entry: "main.ts",
    files: {
      "package.json": MODULE,
      "main.ts": lines(
        WHERE,
        "enum Level { Low, High = 5, Text = 'text' } const enum Small { A = 1 << 3 }",
        "namespace Geometry { export const unit = 2; export function area(n: number): string { return n * unit + where() } }",
        "class Account { constructor(private readonly owner: string, public balance = 0) {} show(): string { return `${this.owner} ${this.balance} ${where()}` } }",
        "console.log(Level.High, Level[0], Level.Text, Small.A, Geometry.area(3), new Account('ana', 3).show());",
      ),
    },
    stdout: "5 Low text 8 6main.ts:3:105 ana 3 main.ts:4:141\n",
    calls: lines(
      "anonymous (main.ts:2)(_Geometry={ })",
      '  area(n=3) → "6main.ts:3:105"',
      '    where() → "main.ts:3:105"',
      'Account.constructor(owner="ana", balance=3) → Account',
      'Account.show() → "ana 3 main.ts:4:141"',
      '  where() → "main.ts:4:141"',
    ),
  },
  {
    name: "decorators of the standard",
    entry: "main.ts",
    files: {
      "package.json": MODULE,
      "main.ts": lines(
        "function logged<T extends (...args: any[]) => unknown>(method: T, context: ClassMethodDecoratorContext): T { return function (this: unknown, ...args: any[]) { console.log(context.kind, String(context.name)); return method.apply(this, args) } as T }",
        "function field(_: undefined, context: ClassFieldDecoratorContext) { return (v: number) => v * 2 } function named(c: any, context: ClassDecoratorContext) { c.label = context.name }",
        "@named class Job { @field size = 4; @logged run(n: number): number { return n + this.size } declare static label: string }",
        "console.log(new Job().run(1), Job.label);",
      ),
    },
    stdout: "method run\n9 Job\n",
    calls: lines(
      'logged(method=ƒ, context={ kind: "method", name: "run", metadata: object, addInitializer: ƒ, static: false, private: false, access: { has: ƒ, get: ƒ } }) → ƒ',
      "  anonymous (main.ts:1)(args=[1]) → 9",
      "    Job.run(n=1) → 9",
      'field(_=undefined, context={ kind: "field", name: "size", metadata: object, addInitializer: ƒ, static: false, private: false, access: { has: ƒ, get: ƒ, set: ƒ } }) → ƒ',
      "  anonymous (main.ts:2)(v=4) → 8",
      'named(c=class Job, context={ kind: "class", name: "Job", metadata: object, addInitializer: ƒ })',
    ),
  },
  {
    name: "decorators of old, by tsconfig.json",
    entry: "main.ts",
    files: {
      "package.json": MODULE,
      "base.json": '{ "compilerOptions": { "experimentalDecorators": true } }',
      "tsconfig.json":
        '{\n  // from the base\n  "extends": "./base.json", "compilerOptions": { "target": "es2022", },\n}',
      "main.ts": lines(
        "function sealed(target: Function) { Object.seal(target) } function logged(target: any, key: string, descriptor: PropertyDescriptor) { const old = descriptor.value; descriptor.value = function (...args: unknown[]) { console.log('call', key); return old.apply(this, args) } }",
        "const defaults = (value: number) => (target: any, key: string) => { console.log('field', key, value) };",
        "@sealed class Job { @defaults(3) size = 4; @logged run(n: number): number { return n + this.size } }",
        "console.log(new Job().run(1), Object.isSealed(Job));",
      ),
    },
    stdout: "field size 3\ncall run\n5 true\n",
    calls: lines(
      "defaults(value=3) → ƒ",
      '  anonymous (main.ts:2)(target={ }, key="size")',
      'logged(target={ }, key="run", descriptor={ value: ƒ, writable: true, enumerable: false, configurable: true })',
      "  descriptor.value(args=[1]) → 5",
      "    Job.run(n=1) → 5",
      "sealed(target=class Job)",
    ),
  },
  {
    name: "JSX by a factory, and by an import",
    entry: "main.tsx",
    files: {
      "package.json": MODULE,
      "tsconfig.json":
        '{ "compilerOptions": { "jsx": "react", "jsxFactory": "h", "jsxFragmentFactory": "Fragment" } }',
      "main.tsx": lines(
        "import { h, Fragment } from './h.ts'; import { auto } from './auto/view.tsx';",
        'const Item = ({ name }: { name: string }) => <li class="item">{name.toUpperCase()}</li>;',
        "console.log(<><ul id='list'>{['a', 'b'].map((n) => <Item name={n} />)}</ul></>, auto());",
      ),
      "h.ts":
        "export const Fragment = (_: any, ...children: any[]) => children.join('');\nexport function h(type: any, props: any, ...children: any[]): string { return typeof type === 'function' ? type(props ?? {}, ...children) : `<${type}${Object.entries(props ?? {}).map(([k, v]) => ` ${k}=${v}`).join('')}>${children.flat().join('')}</${type}>` }",
      "auto/tsconfig.json": '{ "compilerOptions": { "jsx": "react-jsx", "jsxImportSource": "own" } }',
      "auto/view.tsx": "export const auto = () => <b>{1 + 1}</b>;",
      "node_modules/own/package.json":
        '{ "name": "own", "type": "module", "exports": { "./jsx-runtime": "./jsx.js" } }',
      "node_modules/own/jsx.js":
        "export const jsx = (type, { children }) => `[${type} ${children}]`; export const jsxs = jsx;",
    },
    stdout: "<ul id=list><li class=item>A</li><li class=item>B</li></ul> [b 2]\n",
    calls: lines(
      'callback of Array.map (main.tsx:3)(n="a") → "<li class=item>A</li>"',
      '  h(type=ƒ, props={ name: "a" }, children=[]) → "<li class=item>A</li>"',
      '    Item(name="a") → "<li class=item>A</li>"',
      '      h(type="li", props={ class: "item" }, children=["A"]) → "<li class=item>A</li>"',
      '        callback of Object.entries.map (h.ts:2)(k="class", v="item") → " class=item"',
      'callback of Array.map (main.tsx:3)(n="b") → "<li class=item>B</li>"',
      '  h(type=ƒ, props={ name: "b" }, children=[]) → "<li class=item>B</li>"',
      '    Item(name="b") → "<li class=item>B</li>"',
      '      h(type="li", props={ class: "item" }, children=["B"]) → "<li class=item>B</li>"',
      '        callback of Object.entries.map (h.ts:2)(k="class", v="item") → " class=item"',
      'h(type="ul", props={ id: "list" }, children=[["<li class=item>A</li>", "<li class=item>B</li>"]]) → "<ul id=list><li class=item>A</li><li class=item>B</li></ul>"',
      '  callback of Object.entries.map (h.ts:2)(k="id", v="list") → " id=list"',
      'h(type=ƒ, props=null, children=["<ul id=list><li class=item>A</li><li class=item>B</li></ul>"]) → "<ul id=list><li class=item>A</li><li class=item>B</li></ul>"',
      '  Fragment(_={ }, children=["<ul id=list><li class=item>A</li><li class=item>B</li></ul>"]) → "<ul id=list><li class=item>A</li><li class=item>B</li></ul>"',
      'auto() → "[b 2]"',
    ),
  },
  {
    name: "imports that are used for their types only, in a cycle",
    entry: "main.mts",
    files: {
      "main.mts": lines(
        "import { Repo } from './repo.mjs'; enum Kind { A = 'a' }",
        "console.log(new Repo().find(Kind.A));",
      ),
      "repo.mts":
        "import { Base, Row } from './base.mjs'; export class Repo extends Base { find(kind: string): Row { return { kind } } }",
      "base.mts":
        "import { Repo } from './repo.mjs'; export interface Row { kind: string } export class Base { other?: Repo; again(): Repo | undefined { return this.other } }",
    },
    // Node itself keeps such an import, and runs the module that it names.
    not: [22, 24, 26],
    stdout: "{ kind: 'a' }\n",
    calls: 'Repo.find(kind="a") → { kind: "a" }',
  },
  {
    // Node shows the line with blanks where types were; here it is as it was written.
    name: "an uncaught error in erased types",
    entry: "main.mts",
    files: {
      "main.mts": lines(
        "type Row = { id: number }; interface Other { a: Row }",
        "\tfunction load<T extends Row>(row: T, at?: number): T { if (!row.id) throw new RangeError(`no id: ${JSON.stringify(row)}`); return row }",
        "const rows: Row[] = [{ id: 1 }, { id: 0 }]; for (const row of rows as Row[]) load<Row>(row satisfies Row);",
      ),
    },
    stdout: "",
    code: 1,
    calls: lines(
      "load(row={ id: 1 }, at=undefined) → { id: 1 }",
      'load(row={ id: 0 }, at=undefined) ✗ RangeError: no id: {"id":0}',
    ),
  },
  {
    name: "a syntax error in TypeScript",
    entry: "main.mts",
    since: 22,
    files: { "main.mts": "const a: number = 1;\nfunction f( { return 1 }" },
    erasable: true,
    stdout: "",
    code: 1,
  },
  {
    name: "TypeScript from a module of JavaScript",
    entry: "main.mjs",
    since: 22,
    erasable: true,
    files: {
      "main.mjs": "import { f } from './lib.ts'; console.log(f(1), (await import('./other.mts')).g(2));",
      "lib.ts": "export function f(n: number): number { return n + 1 }",
      "other.mts": "export const g = (n: number): string => `g${n}`;",
    },
    stdout: "2 g2\n",
    calls: lines("f(n=1) → 2", 'g(n=2) → "g2"'),
  },
];
