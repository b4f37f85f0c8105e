import type { Trace } from "./columns.js";

/** What the calls of one line come to. */
export interface LineFigure {
  calls: number;
  /** ms */
  total: number;
  errors: number;
  /** The first of them. */
  row: number;
}

/** By line of a file: calls of the functions that are defined there, and calls made there. */
export interface SourceFigures {
  defined: Map<number, LineFigure>;
  made: Map<number, LineFigure>;
}

/** Works out figures once, for any file that is asked for. */
export function sourceFigures({ calls, functions, sites }: Trace): (file: string) => SourceFigures {
  const ofFunction = new Map<number, LineFigure>();
  const ofSite = new Map<number, LineFigure>();
  for (let row = 1; row < calls.length; row++) {
    count(ofFunction, calls.functionId[row]!, row);
    if (calls.site[row]! >= 0) count(ofSite, calls.site[row]!, row);
  }

  function count(figures: Map<number, LineFigure>, key: number, row: number): void {
    let figure = figures.get(key);
    if (figure === undefined) {
      figure = { calls: 0, total: 0, errors: 0, row };
      figures.set(key, figure);
    }
    figure.calls++;
    figure.total += calls.duration[row]! || 0;
    if (calls.error[row]! >= 0) figure.errors++;
  }

  function byLine(
    figures: Map<number, LineFigure>,
    places: readonly { file?: string; line?: number }[],
    file: string,
  ): Map<number, LineFigure> {
    const lines = new Map<number, LineFigure>();
    for (const [index, figure] of figures) {
      const { file: at, line } = places[index]!;
      if (at !== file || line === undefined) continue;
      const known = lines.get(line);
      lines.set(
        line,
        known === undefined
          ? figure
          : {
              calls: known.calls + figure.calls,
              total: known.total + figure.total,
              errors: known.errors + figure.errors,
              row: Math.min(known.row, figure.row),
            },
      );
    }
    return lines;
  }

  return (file) => ({ defined: byLine(ofFunction, functions, file), made: byLine(ofSite, sites, file) });
}
