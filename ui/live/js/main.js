/*
 * The component's entry. Streamlit calls the default export again on the same DOM each time that
 * data or theme change, and may call the cleanup of an outdated call at any time; so one view lives
 * per place on the page, and it closes only when the cleanup of the newest call has stayed the last
 * word for a moment.
 */
import { LiveView } from './view.js';

const LEAVING = 60; // ms
const views = new WeakMap();

export default function ganLive({ parentElement, data }) {
  const root = parentElement.querySelector('.gan-live');
  let held = views.get(parentElement);
  if (!held || held.closed || held.view.root !== root) {
    held?.view.close();
    held = { view: new LiveView(root), calls: 0, closed: false };
    views.set(parentElement, held);
  }
  held.calls += 1;
  const call = held.calls;
  held.view.apply(data);
  return () => {
    setTimeout(() => {
      if (held.calls !== call || held.closed) return;
      held.closed = true;
      held.view.close();
    }, LEAVING);
  };
}
