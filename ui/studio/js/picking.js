/*
 * Which pictures are shown and which are picked, without any drawing, so that Node can test it: the
 * order of the grid, the way of the arrow keys, and the two pictures A and B between which one walks.
 */

const SQUARE = 8; // pictures in a row where the players know of no classes
const SURE = 0.9; // confidence of the classifier
const DRAWS = 1000;
const NOBODY = -1; // instead of a draw of neighbours
const LARGE = 4; // in a row where one class alone is shown

/**
 * The places of the grid.
 * @param {number} count of pictures
 * @param {number} classes that the players know; picture i is then of class i modulo their number
 * @param {number} [only] the class that is shown alone
 * @returns {{order: number[], columns: number}}
 */
export function layoutOf(count, classes, only) {
  const all = Array.from({ length: count }, (_, i) => i);
  if (!classes) return { order: all, columns: SQUARE };
  if (only === undefined) return { order: all, columns: classes };
  return { order: all.filter((i) => i % classes === only), columns: LARGE };
}

/** The place to which a key leads in a grid of so many places; the same one where there is none. */
export function stepIn(place, key, count, columns) {
  const row = place - (place % columns);
  const to = {
    ArrowLeft: place % columns ? place - 1 : place,
    ArrowRight: (place + 1) % columns ? place + 1 : place,
    ArrowUp: place - columns,
    ArrowDown: place + columns,
    Home: row,
    End: Math.min(row + columns, count) - 1,
  }[key];
  return to === undefined || to < 0 || to >= count ? place : to;
}

/** The two pictures that are picked, and a draw of neighbours of the first. */
export class Picks {
  constructor() {
    this.a = 0;
    this.b = 1;
    this.draw = 0;
    this.among = false; // whether neighbours are looked at: otherwise the run need not draw any
    this.next = 'a'; // which one the next click sets
    this.suggested = false; // whether what is picked was found here
    this.own = false; // whether a picture has been chosen here
  }

  /** Take what the run shows, as long as no picture has been chosen here. */
  heed(look) {
    if (this.own || this.suggested || !look) return;
    [this.a, this.b] = look;
  }

  /**
   * Begin with two pictures that are surely read, and as different classes: a walk worth seeing.
   * @param {number[][]} readings class and confidence of each picture
   */
  suggest(readings) {
    if (this.own || this.suggested) return;
    const sure = readings.map(([kind, confidence], i) => ({ i, kind, confidence })).filter((one) => one.confidence >= SURE);
    const other = sure.find(({ kind }) => kind !== sure[0].kind);
    if (!other) return;
    [this.a, this.b] = [sure[0].i, other.i];
    this.suggested = true;
  }

  /** Have a picture become A or B; then it is the other one's turn. */
  pick(picture, which = this.next) {
    this[which] = picture;
    this.next = which === 'a' ? 'b' : 'a';
    this.own = true;
  }

  redraw() {
    this.draw = (this.draw + 1) % DRAWS;
  }

  /** Keep within so many pictures. */
  within(count) {
    if (!count) return;
    this.a %= count;
    this.b %= count;
  }

  get look() { return [this.a, this.b, this.among ? this.draw : NOBODY]; }

  /** Whether the run shows what is wanted. */
  shownBy(look) { return Boolean(look) && this.look.every((value, i) => value === look[i]); }
}

/** The mark that a picture wears: 'a', 'b', 'ab' or none. */
export const markOf = (picks, picture) => ['a', 'b'].filter((which) => picks[which] === picture).join('');
