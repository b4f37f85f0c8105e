import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "./account.ts";

export class Ledger {
  readonly #accounts = new Map<string, Account>();

  constructor(accounts: Account[]) {
    for (const account of accounts) this.#accounts.set(account.owner, account);
  }

  async move(from: string, to: string, amount: number): Promise<void> {
    await sleep(1);
    this.#find(from).withdraw(amount);
    this.#find(to).deposit(amount);
  }

  #find(owner: string): Account {
    const account = this.#accounts.get(owner);
    if (account === undefined) throw new Error(`no account of ${owner}`);
    return account;
  }

  summary(): string {
    return [...this.#accounts.values()].map(({ owner, total }) => `${owner}: ${total}`).join(", ");
  }
}
