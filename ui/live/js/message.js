/* What stands over a picture while the run is in a state that has to be explained, with the ways out. */
import { whole } from './words.js';

/** States in which something stands over the picture; the others show the picture alone. */
export const MESSAGES = [
  'starting', 'recovering', 'diverged', 'waiting', 'reconnecting', 'gone', 'refused', 'crowded',
  'failed',
];

/** A button of the message; without a text there is none. */
function offer(button, act, text) {
  if (!button) return; // what stands beside another run is not steered by itself
  button.hidden = !text;
  button.textContent = text;
  button.dataset.act = act;
}

/**
 * Show the message of a state, or none.
 * @param {HTMLElement} message
 * @param {Words} words
 * @param {string} status
 * @param {Object<string, number>} [head] of the newest frame
 */
export function putMessage(message, words, status, head) {
  const shown = MESSAGES.includes(status);
  message.hidden = !shown;
  if (!shown) return;
  const blanks = { n: whole(head?.place || 1), iteration: whole(head?.iteration) };
  const back = status === 'diverged' && head.back >= 0;
  const say = (key) => (key in words.texts ? words.say(key, blanks) : '');
  message.querySelector('strong').textContent = say(status);
  message.querySelector('p').textContent = say(`${status}_text`);
  offer(message.querySelector('.first'), back ? 'back' : '', back ? say('diverged_back') : '');
  offer(message.querySelector('.second'), status === 'diverged' ? 'reset' : 'reload', say(`${status}_act`));
}
