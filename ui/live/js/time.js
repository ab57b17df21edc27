/*
 * The time slider: one place per kept moment, and the present at its end. With it come the way back
 * to the present and the way into a branch.
 */
import { Moments, NOW } from './moments.js';
import { whole } from './words.js';

export class TimeSlider {
  /**
   * @param {HTMLElement} root
   * @param {{moment: function(number), pause: function(), branch: function(number)}} to
   */
  constructor(root, to, signal) {
    this.to = to;
    this.moments = new Moments((moment) => {
      if (moment !== NOW) to.pause();
      to.moment(moment);
    }, () => this.tell());
    this.slider = root.querySelector('[data-time]');
    this.text = root.querySelector('[data-time-text]');
    this.ticks = root.querySelector('.ticks');
    this.back = root.querySelector('[data-past="now"]');
    this.branch = root.querySelector('[data-past="branch"]');
    const on = (node, type, act) => node.addEventListener(type, act, { signal });
    on(this.slider, 'input', () => {
      this.moments.want(Number(this.slider.value));
      this.tell();
    });
    on(this.slider, 'pointerup', () => this.slider.blur()); // so that the keys work again
    on(this.back, 'click', () => this.now());
    on(this.branch, 'click', () => to.branch(this.iteration));
    on(window, 'keydown', (event) => {
      if (event.key !== 'Escape' || event.defaultPrevented || !this.away) return;
      event.preventDefault();
      this.now();
    });
  }

  get away() { return this.moments.away; }

  /** The iteration that is looked at. */
  get iteration() { return this.moments.wanted === NOW ? this.present : this.moments.wanted; }

  /** Go back to the present. */
  now() {
    this.moments.want(this.moments.album.length);
    this.tell();
  }

  dress(words, branching) {
    this.words = words;
    this.branch.hidden = !branching;
    this.tell();
  }

  clear() {
    this.moments.clear();
    this.tell();
  }

  /** Take a frame that has been shown. */
  take({ head, album }) {
    if (album) this.moments.keep(album.values);
    if (head.moment === NOW) this.present = head.iteration;
    this.moments.heed(head.moment);
    if (album || head.moment !== this.told || this.away) this.tell();
    this.told = head.moment;
  }

  tell() {
    const { album, place } = this.moments;
    const last = album.length;
    this.slider.max = String(Math.max(1, last));
    this.slider.value = String(last ? place : 1);
    this.slider.disabled = !last;
    this.back.disabled = !this.away;
    this.ticks.style.setProperty('--steps', Math.max(1, last));
    if (!this.words) return;
    const n = whole(this.moments.wanted);
    const past = this.moments.wanted !== NOW; // on the way back the hand is already at the present
    const text = this.words.say(past ? 'time_at' : 'time_now', { n });
    this.text.textContent = text;
    this.slider.setAttribute('aria-valuetext', past ? this.words.say('time_said', { n }) : text);
    this.slider.title = this.words.say(last ? 'time_hint' : 'time_none');
  }

  enable(possible) { this.branch.disabled = !possible; }
}
