/*
 * How a view lives in Streamlit, which calls a component's entry again on the same DOM each time
 * that data or theme change, and may call the cleanup of an outdated call at any time; so one view
 * lives per place on the page, and it closes only when the cleanup of the newest call has stayed the
 * last word for a moment.
 */
import { Returning } from './returning.js';

const LEAVING = 60; // ms
const GREETINGS = [1000, 4000, 10000]; // ms after the line has come back

/** One view, the memory of its run, and the newest call. */
class Held {
  constructor(view) {
    this.view = view;
    this.root = view.root;
    this.returning = new Returning(() => this.apply());
    this.calls = 0;
    this.closed = false;
    this.watch = new MutationObserver(() => this.watchLine());
    this.watch.observe(this.root, { attributeFilter: ['data-status'] });
  }

  call(data, setTriggerValue) {
    this.calls += 1;
    this.data = data;
    this.setTriggerValue = setTriggerValue;
    this.apply();
    return this.calls;
  }

  apply() {
    if (this.closed) return;
    const offer = (run) => this.setTriggerValue('offer', run);
    const socket = this.returning.socket(this.data.socket, this.data.returning, offer);
    const reached = (goals) => this.setTriggerValue('reached', goals);
    const branch = (from) => this.setTriggerValue('branch', from);
    const paused = this.data.resting && ((at) => this.setTriggerValue('paused', at));
    this.view.apply({ ...this.data, socket, reached, branch, paused });
  }

  /**
   * After a long break the server may have lost the session: then nothing that the student does would
   * reach it at first. So the page speaks up by itself once the line is there again.
   */
  watchLine() {
    const broken = this.root.dataset.status === 'reconnecting';
    if (this.broken && !broken) {
      const { calls } = this;
      GREETINGS.forEach((wait) => setTimeout(() => {
        if (!this.closed && this.calls === calls) this.setTriggerValue('offer', {});
      }, wait));
    }
    this.broken = broken;
  }

  close() {
    this.closed = true;
    this.watch.disconnect();
    this.returning.close();
    this.view.close();
  }
}

/**
 * The entry of a component that shows a run.
 * @param {string} selector of its root
 * @param {function(new: Object, HTMLElement)} View with `root`, `apply(data)` and `close()`
 */
export function entryOf(selector, View) {
  const views = new WeakMap();
  return ({ parentElement, data, setTriggerValue }) => {
    const root = parentElement.querySelector(selector);
    let held = views.get(parentElement);
    if (!held || held.closed || held.root !== root) {
      held?.close();
      held = new Held(new View(root));
      views.set(parentElement, held);
    }
    const call = held.call(data, setTriggerValue);
    return () => {
      setTimeout(() => {
        if (held.calls === call && !held.closed) held.close();
      }, LEAVING);
    };
  };
}
