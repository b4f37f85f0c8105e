import { describe, expect, it } from "vitest";
import { qualifiedName } from "../../../lib/trace/call-name.js";

describe("a call's name", () => {
  it.each([
    [{ called: "Cart", name: "total", kind: "method" }, "Cart.total"],
    [{ called: "total", name: "total", kind: "function" }, "total"],
    [{ called: "", name: "total", kind: "function" }, "total"],
    [{ called: "child.js", name: "process 42", kind: "process" }, "child.js (process 42)"],
    [
      { called: "thread 1 of process 42", name: "thread 1 of process 42", kind: "process" },
      "thread 1 of process 42",
    ],
  ] as const)("%j is %s", (fn, name) => {
    expect(qualifiedName({ ...fn, module: "" })).toBe(name);
  });
});
