import { Enter, OBJECTS_REMEMBERED } from "../journal/layout.js";
import { Cursor, OutOfBytes } from "../journal/reader.js";
import { ValueWriter } from "../journal/value-text.js";
import type { ValueTexts } from "../trace/columns.js";
import { JsonBytes } from "../trace/json-bytes.js";
import type { JournalFile } from "./journal-file.js";

/** What stands at a position of a journal, and so how its text is made. */
export const Form = { value: 0, inputs: 1, after: 2, memory: 3 } as const;

const FORMS = 4;
/** Positions go up to 64 GB, journals up to 32,768: together they fit the 53 bits of a reference. */
const POSITIONS = 2 ** 38;
/** Texts that no journal holds. */
const OWN_TEXTS = 2 ** 52;

/** A reference to what stands in a journal. */
export function reference(journal: number, position: number, form: number): number {
  return journal * POSITIONS + position * FORMS + form;
}

/** One journal with what is needed to read its values. */
export interface ValueJournal {
  file: JournalFile;
  /** JSON names of a function's recorded inputs: `"a":`. */
  parameters: (fn: number) => readonly Uint8Array[];
  errorId: (number: number) => number;
}

/**
 * The values of a run, read from its journals when asked: the collector holds none of them in memory.
 */
export class JournalValues implements ValueTexts {
  private readonly out = new JsonBytes(1 << 16);
  private readonly writers: ValueWriter[];
  private readonly cursor = new Cursor(new Uint8Array(0), 0, 0);
  private readonly texts: Uint8Array[] = [];
  /** For inputs as they were after the call: the inputs at entry. */
  private readonly entries = new Map<number, number>();

  constructor(private readonly journals: readonly ValueJournal[]) {
    this.writers = journals.map(({ file, errorId }) => {
      const writer = new ValueWriter(file.definitions, this.out);
      writer.errorId = errorId;
      return writer;
    });
  }

  /** Adds a text of our own; returns its reference. */
  add(json: string): number {
    this.texts.push(Buffer.from(json));
    return OWN_TEXTS + this.texts.length - 1;
  }

  /** Says which inputs a reference of the form `after` is to be compared with. */
  compare(after: number, inputs: number): void {
    this.entries.set(after, inputs);
  }

  /** Whether inputs afterwards, which the recorder took for changed, are the same objects under other numbers. */
  isUnchanged(after: number): boolean {
    const { file } = this.journals[Math.floor(after / POSITIONS)]!;
    return hasRenumbered(file) && this.write(after).length === "{}".length;
  }

  text(ref: number): string | undefined {
    if (ref < 0) return undefined;
    const bytes = this.write(ref);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  }

  copyTo(ref: number, target: Uint8Array, offset: number): number {
    const { out } = this;
    const own = out.bytes;
    out.use(target, offset);
    try {
      this.append(ref);
      // Where there was no room, it went on in memory of its own.
      return out.bytes === target ? out.length : -1;
    } finally {
      if (out.bytes === target) out.use(own, 0);
    }
  }

  private write(ref: number): Uint8Array {
    const { out } = this;
    out.length = 0;
    this.append(ref);
    return out.bytes.subarray(0, out.length);
  }

  private append(ref: number): void {
    if (ref >= OWN_TEXTS) {
      this.out.raw(this.texts[ref - OWN_TEXTS] ?? NOTHING);
      return;
    }
    const index = Math.floor(ref / POSITIONS);
    const rest = ref - index * POSITIONS;
    const form = rest % FORMS;
    const { out } = this;
    const before = out.length;
    try {
      this.appendAt(index, (rest - form) / FORMS, form, ref);
    } catch (error) {
      // Of a damaged journal: one value is not to cost the whole trace.
      if (!(error instanceof OutOfBytes)) throw error;
      out.length = before;
      out.ascii(form === Form.value ? '{"$type":"unreadable"}' : "{}");
    }
  }

  private appendAt(index: number, position: number, form: number, ref: number): void {
    const { cursor } = this;
    const journal = this.journals[index]!;
    journal.file.seek(cursor, position);
    if (form === Form.value) this.writers[index]!.value(cursor);
    else if (form === Form.memory) this.memory(cursor);
    else if (form === Form.inputs) this.inputs(index, journal);
    else this.after(index, journal, ref);
  }

  /** Moves the cursor from the start of an `enter` event to its values. */
  private toInputs(): { fn: number; argc: number } {
    const { cursor } = this;
    const kind = cursor.byte();
    const fn = cursor.varint();
    if (kind & Enter.parent) cursor.varint();
    if (kind & Enter.site) cursor.varint();
    if (kind & Enter.self) cursor.varint();
    let argc = kind & Enter.argcMask;
    if (argc === Enter.many) argc = cursor.varint();
    return { fn, argc };
  }

  private name(names: readonly Uint8Array[], i: number): void {
    const known = names[i];
    if (known !== undefined) this.out.raw(known);
    else this.out.ascii(`"arguments[${i}]":`);
  }

  private inputs(index: number, journal: ValueJournal): void {
    const { out, cursor } = this;
    const { fn, argc } = this.toInputs();
    const names = journal.parameters(fn);
    const writer = this.writers[index]!;
    out.byte(0x7b);
    for (let i = 0; i < argc; i++) {
      if (i > 0) out.byte(0x2c);
      this.name(names, i);
      writer.value(cursor);
    }
    out.byte(0x7d);
  }

  /** Only the inputs whose text differs from the one at entry. */
  private after(index: number, journal: ValueJournal, ref: number): void {
    const { out, cursor } = this;
    const writer = this.writers[index]!;
    const start = out.length;
    const next = (): Buffer => {
      out.length = start;
      writer.value(cursor);
      return Buffer.from(out.bytes.subarray(start, out.length));
    };
    const afterValues: Buffer[] = [];
    for (let n = cursor.varint(); n > 0; n--) afterValues.push(next());
    journal.file.seek(cursor, Math.floor((this.entries.get(ref)! - index * POSITIONS) / FORMS));
    const { fn, argc } = this.toInputs();
    const names = journal.parameters(fn);
    const changed: number[] = [];
    for (let i = 0; i < afterValues.length; i++) {
      const before = i < argc ? next() : Buffer.alloc(0);
      if (before.equals(afterValues[i]!)) continue;
      if (!hasRenumbered(journal.file) || !isOnlyRenumbered(before, afterValues[i]!)) changed.push(i);
    }
    out.length = start;
    out.byte(0x7b);
    changed.forEach((i, n) => {
      if (n > 0) out.byte(0x2c);
      this.name(names, i);
      out.raw(afterValues[i]!);
    });
    out.byte(0x7d);
  }

  private memory(cursor: Cursor): void {
    const fields: string[] = [];
    for (const name of ["rss_bytes", "heap_used_bytes", "heap_total_bytes", "external_bytes"]) {
      const kib = cursor.varint();
      if (kib > 0) fields.push(`"${name}":${kib * 1024}`);
    }
    this.out.ascii(`{${fields.join(",")}}`);
  }
}

function hasRenumbered({ definitions }: JournalFile): boolean {
  return definitions.objects > OBJECTS_REMEMBERED;
}

const OBJECT_NUMBER = /("\$type":"instance","class":"(?:[^"\\]|\\.)*","id":)(\d+)/g;

/** Whether two values differ in nothing but numbers of objects that may be others by now; see {@link OBJECTS_REMEMBERED}. */
function isOnlyRenumbered(before: Uint8Array, after: Uint8Array): boolean {
  const [was, is] = [before, after].map((bytes) => {
    const numbers: number[] = [];
    const text = Buffer.from(bytes)
      .toString()
      .replace(OBJECT_NUMBER, (_, head: string, number: string) => {
        numbers.push(Number(number));
        return head;
      });
    return { text, numbers };
  });
  return (
    was!.text === is!.text &&
    is!.numbers.every((number, i) => number === was!.numbers[i] || number > OBJECTS_REMEMBERED)
  );
}

const NOTHING = Buffer.from("null");
