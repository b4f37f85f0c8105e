type Hash = typeof import("node:crypto").hash;

let hash: Hash | undefined;

/** SHA-256 of a text, hex. `node:crypto` takes 1.5 ms to load, which most runs need not wait for. */
export function sha256Of(text: string): string {
  hash ??= (process.getBuiltinModule("node:crypto") as typeof import("node:crypto")).hash;
  return hash("sha256", text);
}
