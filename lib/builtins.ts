import { hasOwn, objectCreate, objectKeys, SafeMap, split, startsWith, stringSlice } from "./primordials.js";

/**
 * Node's own functions that touch the outside world, by module. What a call of one is over with:
 *
 * - `sync`: when it returns
 * - `callback`: when the function it is given last is called
 * - `promise`: when the promise that it returns is settled
 * - `either`: as `callback` when it is given more than one argument, as `sync` otherwise
 * - `request`: when the request that it returns is answered, of which Node tells by itself, see record/http.ts
 * - `timer`: at once, when it is set; what it calls then is the callee of who set it
 *
 * Processes are not here, see record/children.ts.
 */
export type BuiltinStyle = "sync" | "callback" | "promise" | "either" | "request" | "timer";

const FS_CALLBACK =
  "access appendFile chmod chown close copyFile cp exists fchmod fchown fdatasync fstat fsync ftruncate futimes lchown link " +
  "lstat lutimes mkdir mkdtemp open opendir read readdir readFile readlink readv realpath rename rm rmdir stat statfs " +
  "symlink truncate unlink utimes write writeFile writev";
const FS_SYNC =
  "accessSync appendFileSync chmodSync chownSync closeSync copyFileSync cpSync existsSync fstatSync fsyncSync ftruncateSync " +
  "linkSync lstatSync mkdirSync mkdtempSync openSync opendirSync readFileSync readSync readdirSync readlinkSync realpathSync " +
  "renameSync rmSync rmdirSync statSync statfsSync symlinkSync truncateSync unlinkSync utimesSync writeFileSync writeSync " +
  "writevSync createReadStream createWriteStream";
const FS_PROMISE =
  "access appendFile chmod chown copyFile cp lchown link lstat mkdir mkdtemp open opendir readFile readdir readlink realpath " +
  "rename rm rmdir stat statfs symlink truncate unlink utimes writeFile";
const DNS =
  "lookup lookupService resolve resolve4 resolve6 resolveAny resolveCname resolveMx resolveNs resolvePtr resolveSoa " +
  "resolveSrv resolveTxt reverse";
const ZLIB = "brotliCompress brotliDecompress deflate deflateRaw gunzip gzip inflate inflateRaw unzip";

/** @param end - put behind each name */
function byName(names: string, style: BuiltinStyle, end = ""): Record<string, BuiltinStyle> {
  const styles = objectCreate(null) as Record<string, BuiltinStyle>;
  const all = split(names, " ");
  for (let i = 0; i < all.length; i++) styles[all[i]! + end] = style;
  return styles;
}

function under(prefix: string, styles: Styles): Record<string, BuiltinStyle> {
  const longer = objectCreate(null) as Record<string, BuiltinStyle>;
  const names = objectKeys(styles);
  for (let i = 0; i < names.length; i++) longer[`${prefix}.${names[i]}`] = styles[names[i]!]!;
  return longer;
}

type Styles = Readonly<Record<string, BuiltinStyle>>;

const fsPromises = (): Styles => byName(FS_PROMISE, "promise");
const dnsPromises = (): Styles => byName(DNS, "promise");

/** Made of a module's when they are asked for: of all of them, there are three hundred. */
const STYLES: Readonly<Record<string, () => Styles>> = {
  fs: () => ({
    ...byName(FS_CALLBACK, "callback"),
    ...byName(FS_SYNC, "sync"),
    ...under("promises", fsPromises()),
  }),
  "fs/promises": fsPromises,
  dns: () => ({ ...byName(DNS, "callback"), ...under("promises", dnsPromises()) }),
  "dns/promises": dnsPromises,
  http: () => byName("get request", "request"),
  https: () => byName("get request", "request"),
  net: () => byName("connect createConnection", "sync"),
  tls: () => byName("connect", "sync"),
  zlib: () => ({ ...byName(ZLIB, "callback"), ...byName(ZLIB, "sync", "Sync") }),
  crypto: () => ({
    ...byName("generateKeyPair hkdf pbkdf2 randomFill scrypt", "callback"),
    ...byName("generateKeyPairSync hkdfSync pbkdf2Sync randomFillSync scryptSync sign verify", "sync"),
    ...byName("createCipheriv createDecipheriv createHash createHmac createSign createVerify hash", "sync"),
    randomBytes: "either",
  }),
  stream: () => byName("finished pipeline", "callback"),
  "stream/promises": () => byName("finished pipeline", "promise"),
  timers: () => byName("setImmediate setInterval setTimeout", "timer"),
  "timers/promises": () => ({ ...byName("setImmediate setTimeout", "promise"), setInterval: "timer" }),
};

export const BUILTIN_MODULES: readonly string[] = Object.keys(STYLES);
const made = new SafeMap<string, Styles>();

/** Style by the path of a function in its module: `readFileSync`, `promises.readFile`. */
export function builtinsOf(module: string): Styles {
  let styles = made.get(module);
  if (styles === undefined) {
    styles = STYLES[module]!();
    made.set(module, styles);
  }
  return styles;
}

/** What a call of this many arguments is over with. */
export function styleOfCall(style: BuiltinStyle, argc: number): Exclude<BuiltinStyle, "either"> {
  if (style === "either") return argc > 1 ? "callback" : "sync";
  return style;
}

/** `node:fs` and `fs` are one. */
export function builtinModule(specifier: string): string | undefined {
  const name = startsWith(specifier, "node:") ? stringSlice(specifier, 5, specifier.length) : specifier;
  return hasOwn(STYLES, name) ? name : undefined;
}
