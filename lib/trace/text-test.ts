/** Whether a text holds `wanted`, or matches it as a whole when there are stars in it. */
export function textTest(wanted: string): (text: string | undefined) => boolean {
  if (wanted === "*") return (text) => (text ?? "") !== "";
  const lower = wanted.toLowerCase();
  if (!wanted.includes("*")) return (text) => text?.toLowerCase().includes(lower) === true;
  const pattern = new RegExp(`^${lower.split("*").map(escaped).join("[^]*")}$`, "u");
  return (text) => text !== undefined && pattern.test(text.toLowerCase());
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
