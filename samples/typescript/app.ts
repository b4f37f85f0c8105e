// An ESM TypeScript application, run as it stands: flowtrace -s samples/typescript/app.ts
import { Account, type Currency } from "./account.ts";
import { Ledger } from "./ledger.ts";

interface Transfer {
  from: string;
  to: string;
  amount: number;
}

enum Outcome {
  Done = "done",
  Refused = "refused",
}

async function transfer(ledger: Ledger, { from, to, amount }: Transfer): Promise<Outcome> {
  try {
    await ledger.move(from, to, amount);
    return Outcome.Done;
  } catch (error) {
    console.log(`refused: ${(error as Error).message}`);
    return Outcome.Refused;
  }
}

const currency: Currency = "EUR";
const ledger = new Ledger([new Account("ana", 100, currency), new Account("juan", 20, currency)]);
for (const step of [
  { from: "ana", to: "juan", amount: 30 },
  { from: "juan", to: "ana", amount: 500 },
] satisfies Transfer[]) {
  console.log(step.amount, await transfer(ledger, step));
}
console.log(ledger.summary());
