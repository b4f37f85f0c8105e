type NodeModule = typeof import("node:module");

const isWhole = Number.parseInt(process.versions.node, 10) >= 22;

/** `node:module`, whole: what it adds to Node's `Module`, such as `register` and `SourceMap`, is there from then on. */
export const wholeModule = (): NodeModule => process.getBuiltinModule("node:module");

/**
 * Node's `Module`. Up to Node 20, which has no hooks in there, as every module of CommonJS has it: to load `node:module`, which is
 * the same object, brings the loader of ECMAScript modules along, and takes a tenth of what we take to start.
 */
export const Module: NodeModule = isWhole ? wholeModule() : (module.constructor as NodeModule);
