// Hands a secret, which it has from its environment, to functions in every guise in which one is to be recognised.
const S = process.env.MY_PASSWORD;

function byName(password) { return password.length }
function look(value) { return value }
function destructured({ apiKey, user: { pwd } }) { return apiKey.length + pwd.length }
function rest(...tokens) { return tokens.length }
function withDefault(a, accessToken = S) { return a }
function usesArguments(cvv) { return arguments.length }
function count(list) { return Object.keys(list).length }
function fails(kind) {
  if (kind === 1) throw new Error(`cannot reach https://me:${S}@host/db`);
  throw { authorization: S, nested: { "x-api-key": S }, message: `Bearer ${S}` };
}
function mutate(options) { options.password = S }
class Session {
  constructor() { this.sessionToken = S }
  get cookie() { return this.sessionToken.length }
  setPassword(newPassword) { this.userPassword = newPassword; return this }
}

byName(S);
for (const key of ["Password", "passwd", "pwd", "client_secret", "token", "api_key", "apikey", "x-api-key", "Authorization",
  "bearer", "creditCard", "credit_card", "CVV", "ssn", "set-cookie", "SESSION_ID", "csrfToken", "privateKey", "credentials"]) {
  look({ [key]: S });
  look({ a: { b: [{ [key]: { deep: S } }] } });
  look(new Map([[key, S]]));
  look([key, S]);
  look(`GET /?a=1&${key}=${S}&b=2`);
  look(JSON.stringify({ a: 1, [key]: S }));
}
destructured({ apiKey: S, user: { pwd: S } });
rest(S);
withDefault(1);
withDefault(1, S);
usesArguments(S);
look(new Map([[{ password: S }, 1]]));
look(new Session().setPassword(S)).cookie;
try { fails(1) } catch (error) { look(error); look(error.stack) }
try { fails(2) } catch (error) { look(error) }
mutate({ x: 1 });
look(["--verbose", "--password", S, `--token=${S}`]);
look(`postgres://root:${S}@db/main`);
look(`Authorization: Bearer ${S}`);
look(`Basic ${Buffer.from(S).toString("base64")}`);
look(`-----BEGIN PRIVATE KEY-----\n${S}`);
look({ password: Buffer.from(S), secret: [S], token: new Set([S]) });
look({ get password() { return S } });
look(process.env);
count(process.env);
look(process.argv);
look(Object.assign(Object.create(null), { secret: S }));
require("node:child_process").execFileSync(process.execPath, ["-e", "0", "--", "--api-key", S]);
setTimeout(function later(password) { byName(password) }, 1, S);
setTimeout(() => { throw new Error(`end: mysql://root:${S}@db`) }, 20);
