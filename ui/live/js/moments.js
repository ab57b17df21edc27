/*
 * Looking back: which kept moment is wanted, which one is on its way, which one is shown. One
 * question is on its way at a time, and of what the hand passes over meanwhile the last one counts.
 */
export const NOW = -1;
const ANSWER_WITHIN = 1500; // ms; a moment that has just been dropped gets no answer

export class Moments {
  /**
   * @param {function(number)} ask sends for the moment at an iteration, or for NOW
   * @param {function()} lost called when what was asked for does not come
   */
  constructor(ask, lost = () => {}) {
    this.ask = ask;
    this.lost = lost;
    this.clear();
  }

  /** Forget the past: the run begins anew, or its line does. */
  clear() {
    clearTimeout(this.timer);
    this.album = [];
    this.shown = this.wanted = NOW;
    this.asked = undefined;
  }

  /** Take the iterations of all moments that can be had, ascending. */
  keep(album) { this.album = Array.from(album); }

  /** Whether anything but the present is looked at, or will be. */
  get away() { return this.shown !== NOW || this.wanted !== NOW; }

  /** Place of what is wanted among the moments; behind the last one: the present. */
  get place() {
    const at = this.album.indexOf(this.wanted);
    return at < 0 ? this.album.length : at;
  }

  /** Want the moment at a place; behind the last one: the present. */
  want(place) {
    this.wanted = this.album[place] ?? NOW;
    this.next();
  }

  next() {
    if (this.asked !== undefined || this.wanted === this.shown) return;
    this.asked = this.wanted;
    this.timer = setTimeout(() => this.giveUp(), ANSWER_WITHIN);
    this.ask(this.asked);
  }

  giveUp() {
    this.asked = undefined;
    this.wanted = NOW;
    this.lost();
    this.next();
  }

  /** Note what a frame shows: a moment's iteration, or NOW. */
  heed(moment) {
    if (this.asked !== undefined && moment !== this.asked) return; // was on its way before
    clearTimeout(this.timer);
    this.asked = undefined;
    this.shown = moment;
    if (moment === NOW && this.wanted !== NOW && !this.album.includes(this.wanted)) this.wanted = NOW;
    this.next();
  }
}
