/*
 * Goals that a page sets and the running experiment reaches: intervals in which numbers of the view
 * have to lie. Only what has been measured after a goal was set counts, so that nobody is praised
 * for what the experiment did before.
 */

/**
 * Whether all bounds hold.
 * @param {[string, ?number, ?number][]} bounds name, least and most (null: none)
 * @param {Object<string, number>} now
 */
export function holds(bounds, now) {
  return bounds.every(([name, low, high]) => {
    const value = now[name];
    return Number.isFinite(value) && (low === null || value >= low) && (high === null || value <= high);
  });
}

export class Goals {
  /** @param {function(string[]): void} reached called with all goals reached so far, when one more is */
  constructor(reached) {
    this.reached = reached;
    this.goals = [];
    this.since = new Map(); // id → the iteration at which it was set
    this.done = [];
  }

  /** Set the goals: those that stay keep their beginning, those that are gone are forgotten. */
  aim(goals, iteration) {
    const ids = new Set(goals.map(({ id }) => id));
    [...this.since.keys()].filter((id) => !ids.has(id)).forEach((id) => this.since.delete(id));
    this.done = this.done.filter((id) => ids.has(id));
    goals.forEach(({ id, fresh }) => { // a fresh one waits for an experiment that begins after it
      if (!this.since.has(id)) this.since.set(id, fresh && iteration > 0 ? Infinity : iteration);
    });
    this.goals = goals;
  }

  get open() { return this.goals.length > this.done.length; }

  /** The experiment begins anew: every goal does. */
  restart() {
    this.goals.forEach(({ id }) => this.since.set(id, 0));
  }

  /**
   * Look at the present numbers.
   * @param {Object<string, number>} now with `iteration`, and `measured`, that of the last measurement
   */
  look(now) {
    const found = this.goals.filter(({ id, bounds }) => (
      !this.done.includes(id) && now.measured > this.since.get(id) && holds(bounds, now)));
    if (!found.length) return;
    this.done = [...this.done, ...found.map(({ id }) => id)];
    this.reached(this.done);
  }
}
