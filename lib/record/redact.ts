import { charCodeAt, fromCharCode, imul, stringSlice } from "../primordials.js";

// biome-ignore format: a list
const SECRET_WORDS = [
  "password", "passwd", "pwd", "passphrase", "secret", "token", "apikey", "authorization", "bearer", "creditcard",
  "cardnumber", "cvv", "cvc", "ssn", "cookie", "session", "csrf", "privatekey", "accesskey", "credential", "credentials",
];

/**
 * The words of a name in lower case, separated by spaces: `x-apiKey2` → `x api key2`, `HTTPToken` → `http token`.
 * Names are met while the program runs, so no regular expression and no method of a value is used here.
 */
function wordsOf(name: string): string {
  let words = "";
  let previous = 0;
  for (let i = 0; i < name.length; i++) {
    const c = charCodeAt(name, i);
    const upper = c >= 0x41 && c <= 0x5a;
    const lower = c >= 0x61 && c <= 0x7a;
    const digit = c >= 0x30 && c <= 0x39;
    if (!upper && !lower && !digit) {
      previous = 0;
      continue;
    }
    const next = i + 1 < name.length ? charCodeAt(name, i + 1) : 0;
    const startsWord =
      previous === 0 || (upper && (previous !== UPPER || (next >= 0x61 && next <= 0x7a && words !== "")));
    if (startsWord && words !== "") words += " ";
    words += fromCharCode(upper ? c | 0x20 : c);
    previous = upper ? UPPER : OTHER;
  }
  return words;
}

const UPPER = 1;
const OTHER = 2;
const LONGEST_SECRET_WORDS = 4;

/** `api key` → `apikey` */
function joined(words: string): string {
  let run = "";
  for (let i = 0; i < words.length; i++) {
    const c = charCodeAt(words, i);
    if (c !== 0x20) run += fromCharCode(c);
  }
  return run;
}

/**
 * Whether a key or parameter name says that its value is secret. Case, `_`, `-` and camelCase make no difference:
 * `apiKey`, `API_KEY`, `x-api-key` and `apikey` are the same; a secret word may be part of a longer name
 * (`userPassword`, `sessionId`), but not of a longer word (`tokenizer`).
 *
 * @param extra - names that are secret too (`--redact`)
 * @param safe - names that are not, whatever the list says (`--safe-key`)
 */
export function secretNames(
  extra: readonly string[] = [],
  safe: readonly string[] = [],
): (name: string) => boolean {
  const secrets: Record<string, true> = Object.create(null);
  for (const word of [...SECRET_WORDS, ...extra]) {
    secrets[joined(wordsOf(word))] = true;
    secrets[`${joined(wordsOf(word))}s`] = true;
  }
  const safeNames: Record<string, true> = Object.create(null);
  for (const name of safe) safeNames[joined(wordsOf(name))] = true;
  return (name) => {
    if (name.length > 256) return false;
    const words = wordsOf(name);
    if (safeNames[joined(words)] === true) return false;
    for (let from = 0; from < words.length; from++) {
      if (from > 0 && charCodeAt(words, from - 1) !== 0x20) continue;
      let run = "";
      let count = 0;
      for (let i = from; i <= words.length && count < LONGEST_SECRET_WORDS; i++) {
        const c = i < words.length ? charCodeAt(words, i) : 0x20;
        if (c !== 0x20) {
          run += fromCharCode(c);
          continue;
        }
        if (secrets[run] === true) return true;
        count++;
      }
    }
    return false;
  };
}

/** The lowest bit, so that digits can be counted. */
export const DIGIT = 1;

/** What a scan of a text's characters found: sums of these, by {@link CHARACTER_CLASS}. */
const Seen = {
  digit: DIGIT,
  at: 2,
  colon: 4,
  equals: 8,
  capitalJ: 16,
  capitalK: 32,
  capitalB: 64,
  underscore: 128,
} as const;

/** The class of each ASCII character; most are 0. Scanning costs one load and one `or` per character. */
export const CHARACTER_CLASS = new Uint8Array(128);
for (let digit = 0x30; digit <= 0x39; digit++) CHARACTER_CLASS[digit] = Seen.digit;
for (const [character, seen] of [
  ["@", Seen.at],
  [":", Seen.colon],
  ["=", Seen.equals],
  ["J", Seen.capitalJ],
  ["K", Seen.capitalK],
  ["B", Seen.capitalB],
  ["b", Seen.capitalB],
  ["_", Seen.underscore],
] as const) {
  CHARACTER_CLASS[character.charCodeAt(0)] = seen;
}

/**
 * Whether a text is recognisably secret by itself: a bearer or JSON web token, an AWS or platform key, a private key,
 * a URL with a password, a payment card number; or holds a field whose name says so (`api_key=…`, `"password":"…"`). Written
 * without regular expressions: running one in the program's realm would change its `RegExp.$1`.
 *
 * @param isSecret - whether a field's name says that its value is secret
 * @param seen - classes of the text's characters, or'ed: rules out nearly all texts at no cost. {@link DIGIT} may be left out where
 *   there are fewer than {@link FEWEST_DIGITS}
 */
export function looksSecret(
  text: string,
  length: number,
  seen: number,
  isSecret: (name: string) => boolean,
): boolean {
  if ((seen & (Seen.equals | Seen.colon)) !== 0 && hasSecretField(text, length, isSecret)) return true;
  if ((seen & (Seen.at | Seen.colon)) === (Seen.at | Seen.colon) && hasUrlPassword(text, length)) return true;
  if (seen & Seen.capitalJ && contains(text, length, "eyJ") && hasTwoDots(text, length)) return true;
  if (seen & Seen.capitalK && (hasAwsKey(text, length) || contains(text, length, "PRIVATE KEY-----")))
    return true;
  if (seen & Seen.capitalB && hasBearer(text, length)) return true;
  if (seen & Seen.underscore && hasPlatformToken(text, length)) return true;
  return (seen & Seen.digit) !== 0 && length >= FEWEST_DIGITS && hasCardNumber(text, length);
}

const LONGEST_FIELD_NAME = 40;

/** `name=value`, as in query strings, or `"name":value`, as in JSON. Comparisons (`a == b`) are none. */
function hasSecretField(text: string, length: number, isSecret: (name: string) => boolean): boolean {
  for (let at = 1; at < length - 1; at++) {
    const c = charCodeAt(text, at);
    if (c !== EQUALS && c !== COLON) continue;
    let end = at;
    if (c === COLON) {
      end--;
      const quote = charCodeAt(text, end);
      if (quote !== DOUBLE_QUOTE && quote !== SINGLE_QUOTE) continue;
    } else {
      const next = charCodeAt(text, at + 1);
      if (next === EQUALS || next === GREATER || next <= SPACE || next === AMPERSAND) continue;
    }
    let start = end;
    while (start > 0 && end - start <= LONGEST_FIELD_NAME && isTokenCharacter(charCodeAt(text, start - 1)))
      start--;
    if (end - start < 3 || end - start > LONGEST_FIELD_NAME) continue;
    if (isSecret(stringSlice(text, start, end))) return true;
  }
  return false;
}

const SPACE = 0x20;
const DOUBLE_QUOTE = 0x22;
const AMPERSAND = 0x26;
const SINGLE_QUOTE = 0x27;
const DASH = 0x2d;
const COLON = 0x3a;
const EQUALS = 0x3d;
const GREATER = 0x3e;

/** `--api-key` in front of its value. */
export function isSecretOption(text: string, isSecret: (name: string) => boolean): boolean {
  const { length } = text;
  return length > 2 && length <= LONGEST_FIELD_NAME && charCodeAt(text, 0) === DASH && isSecret(text);
}

/**
 * The arguments of a command as they may be shown: `--password x`, `--token=x` and what is recognisably secret are told
 * without their values.
 */
export function shownArguments(args: readonly string[], isSecret: (name: string) => boolean): string[] {
  return args.map((argument, i) => {
    const before = i > 0 ? args[i - 1]! : "";
    if (isSecretOption(before, isSecret) && !argument.startsWith("-")) return FILTERED;
    const equals = argument.indexOf("=");
    if (equals > 0 && isSecret(argument.slice(0, equals))) return argument.slice(0, equals + 1) + FILTERED;
    return looksSecret(argument, argument.length, 0xff, isSecret) ? FILTERED : argument;
  });
}

const FILTERED = "[Filtered]";

function startsAt(text: string, at: number, length: number, word: string): boolean {
  if (at + word.length > length) return false;
  for (let i = 0; i < word.length; i++) if (charCodeAt(text, at + i) !== charCodeAt(word, i)) return false;
  return true;
}

function indexOfWord(text: string, length: number, word: string, from: number): number {
  for (let at = from; at + word.length <= length; at++) if (startsAt(text, at, length, word)) return at;
  return -1;
}

function contains(text: string, length: number, word: string): boolean {
  return indexOfWord(text, length, word, 0) >= 0;
}

function hasTwoDots(text: string, length: number): boolean {
  let dots = 0;
  for (let i = 0; i < length; i++) if (charCodeAt(text, i) === 0x2e) dots++;
  return dots >= 2;
}

/** `scheme://user:password@host` */
function hasUrlPassword(text: string, length: number): boolean {
  for (let at = indexOfWord(text, length, "://", 0); at >= 0; at = indexOfWord(text, length, "://", at + 3)) {
    let colon = -1;
    for (let i = at + 3; i < length; i++) {
      const c = charCodeAt(text, i);
      if (c === 0x2f || c === 0x20 || c === 0x3f || c === 0x23) break;
      if (c === 0x3a && colon < 0) colon = i;
      if (c === 0x40) {
        if (colon >= 0 && i > colon + 1) return true;
        break;
      }
    }
  }
  return false;
}

function isTokenCharacter(c: number): boolean {
  return (
    (c >= 0x30 && c <= 0x39) ||
    (c >= 0x41 && c <= 0x5a) ||
    (c >= 0x61 && c <= 0x7a) ||
    c === 0x5f ||
    c === 0x2d
  );
}

function tokenLength(text: string, from: number, length: number): number {
  let i = from;
  while (i < length && (isTokenCharacter(charCodeAt(text, i)) || charCodeAt(text, i) === 0x2e)) i++;
  return i - from;
}

/** `AKIA` or `ASIA` and 16 capitals or digits. */
function hasAwsKey(text: string, length: number): boolean {
  for (let at = 0; at + 20 <= length; at++) {
    if (!startsAt(text, at, length, "AKIA") && !startsAt(text, at, length, "ASIA")) continue;
    let i = at + 4;
    while (i < at + 20) {
      const c = charCodeAt(text, i);
      if (!((c >= 0x30 && c <= 0x39) || (c >= 0x41 && c <= 0x5a))) break;
      i++;
    }
    if (i === at + 20) return true;
  }
  return false;
}

/** `Bearer` or `Basic` and a token of at least 8 characters. */
function hasBearer(text: string, length: number): boolean {
  for (let at = 0; at + 14 <= length; at++) {
    if ((charCodeAt(text, at) | 0x20) !== 0x62) continue;
    if (startsAt(text, at + 1, length, "earer ") && tokenLength(text, at + 7, length) >= 8) return true;
    if (startsAt(text, at + 1, length, "asic ") && tokenLength(text, at + 6, length) >= 12) return true;
  }
  return false;
}

const SHORTEST_PREFIX = 4;
const SHORTEST_TOKEN = 16;
const PLATFORM_PREFIXES = [
  "ghp_",
  "gho_",
  "ghs_",
  "github_pat_",
  "sk_live_",
  "rk_live_",
  "sk_test_",
] as const;

/** GitHub, Slack and Stripe keys, which say what they are. */
function hasPlatformToken(text: string, length: number): boolean {
  if (length < SHORTEST_PREFIX + SHORTEST_TOKEN) return false; // most names are
  for (let i = 0; i < PLATFORM_PREFIXES.length; i++) {
    const prefix = PLATFORM_PREFIXES[i]!;
    const at = indexOfWord(text, length, prefix, 0);
    if (at >= 0 && tokenLength(text, at + prefix.length, length) >= SHORTEST_TOKEN) return true;
  }
  return false;
}

/** Of a payment card's number. */
export const FEWEST_DIGITS = 13;
const MOST_DIGITS = 19;

/**
 * 13 to 19 digits, single spaces or dashes between them, that pass Luhn's check (ISO/IEC 7812-1) and are not one run of a digit.
 * Such a run covers one character in thirteen: only those are looked at.
 */
function hasCardNumber(text: string, length: number): boolean {
  let i = FEWEST_DIGITS - 1;
  while (i < length) {
    let from = isDigit(text, i) ? i : isSeparator(text, i) ? i - 1 : -1;
    if (from < 0 || !isDigit(text, from)) {
      i += FEWEST_DIGITS;
      continue;
    }
    for (let at = from - 1; at >= 0; at--) {
      if (isDigit(text, at)) from = at;
      else if (from - at > 1 || !isSeparator(text, at)) break;
    }
    let digits = 0;
    let last = from;
    let end = from;
    for (; end < length; end++) {
      if (isDigit(text, end)) {
        digits++;
        last = end;
      } else if (end - last > 1 || !isSeparator(text, end)) break;
    }
    if (digits >= FEWEST_DIGITS && digits <= MOST_DIGITS && passesLuhn(text, from, last)) return true;
    i = end + FEWEST_DIGITS - 1;
  }
  return false;
}

function isDigit(text: string, at: number): boolean {
  const c = charCodeAt(text, at);
  return c >= 0x30 && c <= 0x39;
}

function isSeparator(text: string, at: number): boolean {
  const c = charCodeAt(text, at);
  return c === SPACE || c === DASH;
}

function passesLuhn(text: string, from: number, last: number): boolean {
  let sum = 0;
  let place = 0;
  let distinct = 0;
  for (let i = last; i >= from; i--) {
    const c = charCodeAt(text, i);
    if (c < 0x30 || c > 0x39) continue;
    let digit = c - 0x30;
    distinct |= 1 << digit;
    if (place++ % 2 === 1) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
  }
  return sum % 10 === 0 && (distinct & (distinct - 1)) !== 0;
}

/** Two 32-bit words that tell equal secrets of a run from different ones, and nothing else. */
export interface Token {
  high: number;
  low: number;
}

/**
 * HalfSipHash-2-4 with a 64-bit result (Aumasson and Bernstein, "SipHash: a fast short-input PRF"): keyed, so that a
 * token cannot be looked up in a table of common passwords by someone who has only the trace. Written in
 * JavaScript because a call into `node:crypto` costs microseconds.
 *
 * @param key - 8 bytes, the same for all processes of a run and stored nowhere
 */
export function createTokens(key: Uint8Array): (text: string) => Token {
  const word = (at: number): number =>
    key[at]! | (key[at + 1]! << 8) | (key[at + 2]! << 16) | (key[at + 3]! << 24);
  const k0 = word(0);
  const k1 = word(4);
  return (text) => {
    let v0 = k0;
    let v1 = k1 ^ 0xee;
    let v2 = 0x6c796765 ^ k0;
    let v3 = 0x74656462 ^ k1;
    const round = (): void => {
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
    };
    const block = (m: number): void => {
      v3 ^= m;
      round();
      round();
      v0 ^= m;
    };
    for (let i = 0; i < text.length; i += 2) {
      block(charCodeAt(text, i) | (i + 1 < text.length ? charCodeAt(text, i + 1) << 16 : 0));
    }
    block(imul(text.length, 0x1000000) | (text.length & 0xffffff));
    v2 ^= 0xee;
    for (let i = 0; i < 4; i++) round();
    const low = v1 ^ v3;
    v1 ^= 0xdd;
    for (let i = 0; i < 4; i++) round();
    return { high: v1 ^ v3, low };
  };
}
