export type Currency = "EUR" | "USD";

export class Account {
  constructor(
    readonly owner: string,
    private balance: number,
    readonly currency: Currency,
  ) {}

  withdraw(amount: number): void {
    if (amount > this.balance) throw new RangeError(`${this.owner} has only ${this.balance} ${this.currency}`);
    this.balance -= amount;
  }

  deposit(amount: number): void {
    this.balance += amount;
  }

  get total(): number {
    return this.balance;
  }
}
