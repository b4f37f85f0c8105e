import { afterEach, expect, it } from "vitest";
import { installFunctionText } from "../../lib/function-text.js";
import { CLOSE, OPEN, OPEN_APART } from "../../lib/probe.js";
import { withoutInsertions } from "../../lib/record/original-text.js";

const native = Function.prototype.toString;
afterEach(() => {
  Function.prototype.toString = native;
});

const make = (text: string): unknown => new Function(`return ${text}`)();

it("shows the program Function.prototype.toString as V8's own", () => {
  installFunctionText(withoutInsertions);
  const shown = Function.prototype.toString;
  expect(shown).not.toBe(native);
  expect(String(shown)).toBe("function toString() { [native code] }");
  expect([shown.name, shown.length, "prototype" in shown]).toEqual(["toString", 0, false]);
  expect(Object.getOwnPropertyNames(shown).sort()).toEqual(["length", "name"]);
  expect(() => Reflect.construct(shown, [])).toThrow(TypeError);
  expect(() => shown.call({})).toThrow(TypeError);
  expect(Object.getOwnPropertyDescriptor(Function.prototype, "toString")).toMatchObject({
    writable: true,
    configurable: true,
    enumerable: false,
  });
  expect(String(Math.max)).toBe("function max() { [native code] }");
  expect(String(class A {})).toBe("class A {}");
});

it("leaves out what was inserted, and no more", () => {
  installFunctionText(withoutInsertions);
  expect(String(make(`function (a) {${OPEN}1;${CLOSE} return ${OPEN}2,${CLOSE}a }`))).toBe(
    "function (a) { return a }",
  );
  expect(String(make(`a => ${OPEN}{return ${CLOSE}a${OPEN};}`))).toBe("a => a");
  expect(String(make(`b => b/${OPEN_APART}(0,${CLOSE}b${OPEN})${CLOSE}`))).toBe("b => b/b");
  expect(String(make(`() => "${CLOSE}"/**/`))).toBe(`() => "${CLOSE}"`);
});

it("does not touch what the program can see of regular expressions", () => {
  installFunctionText(withoutInsertions);
  /(x)/.exec("x");
  String(make(`function (a) {${OPEN}1;${CLOSE} return a }`));
  expect(RegExp.$1).toBe("x");
});
