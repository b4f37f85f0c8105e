import type * as t from "@babel/types";
import { isCall, isFunction } from "./syntax.js";

/**
 * Follows how functions come by names that are not theirs in the source.
 *
 * There are two ways: by the language, a function that is assigned to a variable gets the variable's name; and V8, for
 * stacks, gives a function without a name that of the last variable it has read when something is assigned to, even in
 * front of the assignment (V8's FuncNameInferrer). Neither is to find a variable of ours. So in front of expressions that
 * hold such functions nothing is assigned, and where some stand before an assignment of ours, they are first taken out
 * of V8's list: each call that it reads takes out one.
 */
export class NameInference {
  /** Functions and classes without a name, seen so far in the function that is walked. */
  nameless = 0;
  /** Functions in V8's list. */
  pending = 0;

  /** Times that functions in V8's list were named by what was read before. */
  namings = 0;

  /** A function or class that is assigned to a name directly has that name. */
  named(value: t.Node, namelessBefore: number): void {
    if (isFunction(value) || value.type === "ClassExpression") this.nameless = namelessBefore;
  }

  /** Behind an assignment, V8 names all functions in its list, or takes the last one out. */
  assigned(value: t.Node): void {
    this.naming();
    if (isCall(value)) this.called();
    else this.pending = 0;
  }

  /** An assignment; the patterns and defaults of an arrow function's parameters are read as such. */
  naming(): void {
    if (this.pending > 0) this.namings++;
  }

  called(): void {
    if (this.pending > 0) this.pending--;
  }

  /** Whether an assignment in front of `value`, which has just been walked, would name a function. */
  isAtStake(value: t.Node, namelessBefore: number): boolean {
    return this.areWanting(namelessBefore) && !isCall(value);
  }

  /** Whether there are functions that an assignment in front of what has just been walked could name. */
  areWanting(namelessBefore: number): boolean {
    return this.nameless > namelessBefore || this.pending > 0;
  }
}
