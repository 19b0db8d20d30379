/** Work that a comparison may still do, in steps of its inner loops: a bound that is the same on every machine. */
export interface Budget {
  left: number;
}

/** About half a second of work. */
export const defaultWork = 10_000_000;

/** Returns a budget of so many steps. */
export function budgetOf(work: number = defaultWork): Budget {
  return { left: work };
}

/** Takes steps from the budget and tells whether they were there; what was not there is not taken. */
export function spend(budget: Budget, steps: number): boolean {
  if (steps > budget.left) return false;
  budget.left -= steps;
  return true;
}
