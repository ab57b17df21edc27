/*
 * A run that is found again. Each tab remembers, for itself alone (sessionStorage), which run a page
 * shows. After a reload, or when the server has lost the session over a long break of the line, the
 * page comes with a run of its own; then the old one is offered to the server, which decides whether
 * it goes on. Nothing of the new run is shown before the answer.
 *
 * A duplicated tab inherits what its original remembers. Two hands on one run would surprise both,
 * so the original, when it answers, keeps the run and the duplicate begins its own.
 */

const SHELF = 'gan-classroom:'; // before the page's name
const NEIGHBOURS = 400; // ms that another tab has to say that it shows the run
const PATIENCE = 3000; // ms after which an offer without an answer is made again,
const OFFERS = 4; // so many times at most; then the new run is shown after all

/** Run and token in a socket's address. */
export function runOf(socket) {
  const query = new URLSearchParams(String(socket).split('?')[1]);
  return { run: query.get('run') ?? '', token: query.get('token') ?? '' };
}

const here = Math.random().toString(36).slice(2); // this document, among those that hear each other

export class Returning {
  /**
   * @param {function(): void} again called when what `socket` returns has changed
   * @param {{storage?: Storage, channel?: BroadcastChannel}} parts
   */
  constructor(again, { storage = tabStorage(), channel = neighbours() } = {}) {
    this.again = again;
    this.storage = storage;
    this.channel = channel;
    this.shown = '';
    if (channel) channel.onmessage = ({ data }) => this.hear(data ?? {});
  }

  /**
   * The address to show now.
   * @param {string} socket the run that the server has for this page
   * @param {{page: string, visit: string, heard: boolean}|undefined} place what is remembered under
   *   which name, the server's session, and whether it has answered an offer
   * @param {function({run: string, token: string}): void} offer
   */
  socket(socket, place, offer) {
    if (!place) return socket;
    this.offer = offer;
    const kept = this.read(place.page);
    const foreign = kept && kept.socket !== socket && kept.visit !== place.visit;
    if (foreign && !place.heard && this.settled !== place.visit) {
      this.ask(kept, place.visit);
      return this.shown; // what shows already stays; else nothing
    }
    clearTimeout(this.timer);
    this.shown = socket;
    this.write(place.page, { visit: place.visit, socket });
    return socket;
  }

  ask(kept, visit) {
    if (this.asking === visit) return;
    this.asking = visit;
    const mine = runOf(kept.socket);
    this.taken = false;
    this.wanted = mine.run;
    this.channel?.postMessage({ from: here, ask: mine.run });
    this.timer = setTimeout(() => {
      if (this.taken) {
        this.settle(visit);
        return;
      }
      this.insist(mine, visit, OFFERS);
    }, this.channel ? NEIGHBOURS : 0);
  }

  /** Offer a run until the server answers: on a busy one the first offer may be late, or lost. */
  insist(mine, visit, times) {
    if (!times) {
      this.settle(visit);
      return;
    }
    this.offer(mine);
    this.timer = setTimeout(() => this.insist(mine, visit, times - 1), PATIENCE);
  }

  settle(visit) {
    this.settled = visit;
    this.again();
  }

  /** What another tab asks or answers. */
  hear({ from, ask, mine }) {
    if (from === here) return;
    if (ask && ask === runOf(this.shown).run) this.channel?.postMessage({ from: here, mine: ask });
    if (mine && mine === this.wanted) this.taken = true;
  }

  read(page) {
    try {
      const kept = JSON.parse(this.storage?.getItem(SHELF + page));
      return typeof kept?.socket === 'string' ? kept : undefined;
    } catch {
      return undefined; // whatever somebody has put there
    }
  }

  write(page, kept) {
    try {
      this.storage?.setItem(SHELF + page, JSON.stringify(kept));
    } catch { /* full or forbidden: then a reload begins anew */ }
  }

  close() {
    clearTimeout(this.timer);
    this.channel?.close();
  }
}

function tabStorage() {
  try {
    return window.sessionStorage;
  } catch { // the browser forbids it
    return undefined;
  }
}

function neighbours() {
  return typeof BroadcastChannel === 'function' ? new BroadcastChannel('gan-classroom') : undefined;
}
