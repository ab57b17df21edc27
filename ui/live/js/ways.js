/*
 * The arrows of the model overview: forward from station to station, and the gradients back in arcs.
 * They are drawn anew when the diagram changes its size, because their ends are those of the stations.
 */

// [from, to, kind]: forward, or back above (G's gradient) and beside (D's).
const WAYS = [
  ['z', 'g', 'forward'], ['g', 'fake', 'forward'], ['fake', 'd', 'forward'], ['real', 'd', 'forward'],
  ['d', 'jg', 'forward'], ['d', 'jd', 'forward'],
  ['jd', 'd', 'beside'], ['jg', 'd', 'above'], ['d', 'fake', 'above'], ['fake', 'g', 'above'],
];
const SVG = 'http://www.w3.org/2000/svg';
const HEAD = 7; // px
const GAP = 4;

/** Name of a way, as `lightsOf` gives it: the one way that is there in both directions says back. */
export function wayName(from, to, kind) {
  return from === 'd' && to === 'fake' && kind === 'above' ? 'd-fake-back' : `${from}-${to}`;
}

/** A height, kept away from the corners of a box. */
const inner = (box, y) => Math.min(box.y + 0.78 * box.height, Math.max(box.y + 0.22 * box.height, y));

/** Ends of a straight way between two boxes, right side to left side. */
export function straightWay(a, b) {
  const [ay, by] = [a.y + a.height / 2, b.y + b.height / 2];
  const small = a.height < b.height;
  return [
    [a.x + a.width + GAP, small ? ay : inner(a, by)],
    [b.x - GAP, small ? inner(b, ay) : by],
  ];
}

/** Start, control point and end of an arc from the top of one box back to that of another. */
export function arcAbove(a, b) {
  const lean = 0.12 * Math.sign(b.x - a.x); // arcs that meet at a station do not touch
  const [ax, bx] = [a.x + a.width * (0.5 + lean), b.x + b.width * (0.5 - lean)];
  const rise = 26 + 0.04 * Math.abs(bx - ax);
  return [[ax, a.y - GAP], [(ax + bx) / 2, Math.min(a.y, b.y) - rise], [bx, b.y - GAP]];
}

/** The same from the left side of one box to the right side of another, under the way that led there. */
export function arcBeside(a, b) {
  const [ax, bx] = [a.x - GAP, b.x + b.width + GAP];
  const [ay, by] = [a.y + 0.82 * a.height, b.y + 0.93 * b.height];
  return [[ax, ay], [(ax + 2 * bx) / 3, Math.max(ay, by) + 4], [bx, by]];
}

/** The two barbs of an arrow that ends at `tip`, coming from `from`. */
export function barbs(from, tip) {
  const angle = Math.atan2(tip[1] - from[1], tip[0] - from[0]);
  return [2.6, -2.6].map((turn) => [
    tip[0] + HEAD * Math.cos(angle + turn), tip[1] + HEAD * Math.sin(angle + turn),
  ]);
}

const point = ([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`;

function pathOf(points) {
  const tip = points[points.length - 1];
  const [one, other] = barbs(points[points.length - 2], tip);
  const way = points.length === 3
    ? `M${point(points[0])}Q${point(points[1])} ${point(tip)}` : `M${point(points[0])}L${point(tip)}`;
  return [way, `M${point(one)}L${point(tip)}L${point(other)}`];
}

export class Ways {
  constructor(svg) { this.svg = svg; }

  /** Draw all ways between boxes given by station, {x, y, width, height} each. */
  draw(boxes) {
    this.svg.replaceChildren(...WAYS.map(([from, to, kind]) => {
      const [a, b] = [boxes[from], boxes[to]];
      const points = { forward: straightWay, above: arcAbove, beside: arcBeside }[kind](a, b);
      const group = document.createElementNS(SVG, 'g');
      group.setAttribute('class', { forward: 'way', above: 'way back-g', beside: 'way back-d' }[kind]);
      group.dataset.way = wayName(from, to, kind);
      pathOf(points).forEach((d, i) => {
        const path = document.createElementNS(SVG, 'path');
        path.setAttribute('d', d);
        if (i) path.setAttribute('class', 'tip');
        group.append(path);
      });
      return group;
    }));
  }

  light(names) {
    [...this.svg.children].forEach((group) => {
      group.classList.toggle('lit', names.includes(group.dataset.way));
    });
  }
}
