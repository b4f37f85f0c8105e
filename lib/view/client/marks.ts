import { parseQuery, QueryError } from "../../trace/query-terms.js";

/** Texts looked through at most, for a page full of tables. */
const MOST_TEXTS = 20_000;

/** What of a query can be seen where it occurs: its words, and the texts its terms ask for. */
export function wordsOf(query: string): string[] {
  try {
    return parseQuery(query)
      .filter(({ negated, operator }) => !negated && (operator === ":" || operator === "="))
      .flatMap(({ value }) => value.toLowerCase().split("*"))
      .filter((word) => word.trim() !== "");
  } catch (error) {
    if (error instanceof QueryError) return [];
    throw error;
  }
}

/**
 * Colours what is searched for wherever it can be read. The browser paints ranges over the text, so that no element is
 * made or changed for it; one that cannot still shows which calls match.
 *
 * @returns called when something else is searched for
 */
export function markWords(roots: readonly HTMLElement[]): (words: readonly string[]) => void {
  if (!("highlights" in CSS)) return () => {};
  const highlight = new Highlight();
  CSS.highlights.set("match", highlight);
  let wanted: readonly string[] = [];
  let isDue = false;

  const later = (): void => {
    if (isDue || wanted.length === 0) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      paint();
    });
  };

  function paint(): void {
    highlight.clear();
    let left = MOST_TEXTS;
    for (const root of roots) {
      const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      for (let node = texts.nextNode(); node !== null && left-- > 0; node = texts.nextNode())
        for (const range of rangesIn(node as Text, wanted)) highlight.add(range);
    }
  }

  const observer = new MutationObserver(later);
  for (const root of roots) observer.observe(root, { childList: true, characterData: true, subtree: true });
  return (words) => {
    wanted = words;
    if (words.length === 0) highlight.clear();
    else later();
  };
}

function* rangesIn(node: Text, words: readonly string[]): Generator<Range> {
  const text = node.data.toLowerCase();
  // Some letters become longer in lower case: then offsets do not hold.
  if (text.length !== node.data.length) return;
  for (const word of words) {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + word.length);
      yield range;
    }
  }
}
