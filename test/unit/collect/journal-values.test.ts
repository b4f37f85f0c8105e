import { describe, expect, it } from "vitest";
import type { JournalFile } from "../../../lib/collect/journal-file.js";
import { Form, JournalValues, reference } from "../../../lib/collect/journal-values.js";
import { Tag } from "../../../lib/journal/layout.js";
import { type Cursor, Definitions } from "../../../lib/journal/reader.js";

/** Values of a journal of these bytes only. */
function valuesOf(...bytes: number[]): JournalValues {
  const file = {
    definitions: new Definitions(),
    seek(cursor: Cursor, position: number) {
      cursor.bytes = Uint8Array.from(bytes);
      cursor.p = position;
      cursor.end = bytes.length;
    },
  };
  return new JournalValues([
    { file: file as unknown as JournalFile, parameters: () => [], errorId: (number) => number },
  ]);
}

describe("a value of a damaged journal", () => {
  it("is told to be unreadable where its bytes end before it does", () => {
    const values = valuesOf(Tag.string, 2, 0x68, 0x69, Tag.string, 9, 0x68);
    expect(values.text(reference(0, 0, Form.value))).toBe('"hi"');
    expect(values.text(reference(0, 4, Form.value))).toBe('{"$type":"unreadable"}');
  });

  it("leaves a call without inputs when those are cut", () => {
    expect(valuesOf(1, 0).text(reference(0, 0, Form.inputs))).toBe("{}");
  });
});
