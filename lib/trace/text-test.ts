/** Whether a text holds `wanted`, or matches it as a whole when there are stars in it or `isWhole` says so. */
export function textTest(wanted: string, isWhole = false): (text: string | undefined) => boolean {
  if (wanted === "*") return (text) => (text ?? "") !== "";
  const lower = wanted.toLowerCase();
  if (isWhole && !wanted.includes("*")) return (text) => text?.toLowerCase() === lower;
  if (!wanted.includes("*")) return (text) => text?.toLowerCase().includes(lower) === true;
  const pattern = new RegExp(`^${lower.split("*").map(escaped).join("[^]*")}$`, "u");
  return (text) => text !== undefined && pattern.test(text.toLowerCase());
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
