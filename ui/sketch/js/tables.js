/*
 * Games as tables: the row player (G) wants a small value, the column player (D) a large one. As in
 * gan_core/theory/matrix_games.py, against which it is tested.
 */

/** The largest value of each row: what D answers to it. */
export const rowMaxima = (table) => table.map((row) => Math.max(...row));

/** The least value of each column: what G answers to it. */
export const columnMinima = (table) => table[0].map((_, j) => Math.min(...table.map((row) => row[j])));

/** G moves first, D answers. */
export const minimaxOf = (table) => Math.min(...rowMaxima(table));

/** D moves first, G answers. */
export const maximinOf = (table) => Math.max(...columnMinima(table));

/** Cells that nobody leaves alone: largest of their row, least of their column. */
export function saddlesOf(table) {
  const [most, least] = [rowMaxima(table), columnMinima(table)];
  return table.flatMap((row, i) => row.flatMap((value, j) => (
    value === most[i] && value === least[j] ? [[i, j]] : [])));
}

/** What is played in an order: who is first chooses well, the other answers well. */
export function playedIn(table, order) {
  if (order === 'g') {
    const row = rowMaxima(table).indexOf(minimaxOf(table));
    return [row, table[row].indexOf(Math.max(...table[row]))];
  }
  const column = columnMinima(table).indexOf(maximinOf(table));
  const values = table.map((row) => row[column]);
  return [values.indexOf(Math.min(...values)), column];
}

/**
 * Each in turn answers the other's last move, as long as another move is better.
 * @returns {{cell: [number, number], by: string}[]} `moves` + 1 places; by: 'g', 'd', or '' at the start
 */
export function chase(table, start, moves) {
  let [i, j] = start;
  const found = [{ cell: [i, j], by: '' }];
  for (let k = 0; k < moves; k += 1) {
    const by = k % 2 ? 'g' : 'd';
    const open = by === 'd' ? table[i] : table.map((row) => row[j]);
    const best = by === 'd' ? Math.max(...open) : Math.min(...open);
    if (open[by === 'd' ? j : i] !== best) {
      if (by === 'd') j = open.indexOf(best);
      else i = open.indexOf(best);
    }
    found.push({ cell: [i, j], by });
  }
  return found;
}

const picks = (n, k, from = 0) => (k === 0 ? [[]] : Array.from({ length: n - from }, (_, i) => from + i)
  .flatMap((first) => picks(n, k - 1, first + 1).map((rest) => [first, ...rest])));

/** The solution of a system of linear equations; none if there is not exactly one. */
function solved(matrix, right) {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  const n = rows.length;
  for (let i = 0; i < n; i += 1) {
    const best = rows.slice(i).reduce((top, row, k) => (Math.abs(row[i]) > Math.abs(rows[top][i]) ? i + k : top), i);
    if (Math.abs(rows[best][i]) < 1e-11) return undefined;
    [rows[i], rows[best]] = [rows[best], rows[i]];
    for (let k = 0; k < n; k += 1) {
      if (k !== i) {
        const factor = rows[k][i] / rows[i][i];
        for (let c = i; c <= n; c += 1) rows[k][c] -= factor * rows[i][c];
      }
    }
  }
  return rows.map((row, i) => row[n] / row[i]);
}

/** The mixture over some strategies that makes the other indifferent between as many, and the value. */
function evened(square) {
  const k = square.length;
  const equations = [...square.map((row) => [...row, -1]), [...Array(k).fill(1), 0]];
  return solved(equations, [...Array(k).fill(0), 1]);
}

const SLACK = 1e-9;

/**
 * Mixtures from which nobody gains by leaving; there the order does not matter. Every game has such a
 * pair on equally many rows and columns (Shapley and Snow 1950), and these tables are small.
 * @returns {{value: number, rows: number[], columns: number[]}}
 */
export function mixed(table) {
  const [n, m] = [table.length, table[0].length];
  for (let k = 1; k <= Math.min(n, m); k += 1) {
    for (const R of picks(n, k)) {
      for (const C of picks(m, k)) {
        const d = evened(R.map((i) => C.map((j) => table[i][j])));
        const g = d && evened(C.map((j) => R.map((i) => table[i][j])));
        if (g && [...d.slice(0, k), ...g.slice(0, k)].every((share) => share >= -SLACK)) {
          const rows = table.map((_, i) => (R.includes(i) ? Math.max(0, g[R.indexOf(i)]) : 0));
          const columns = table[0].map((_, j) => (C.includes(j) ? Math.max(0, d[C.indexOf(j)]) : 0));
          const value = d[k];
          const fair = columns.every((_, j) => rows.reduce((sum, p, i) => sum + p * table[i][j], 0) <= value + SLACK)
            && rows.every((_, i) => columns.reduce((sum, q, j) => sum + q * table[i][j], 0) >= value - SLACK);
          if (fair) return { value, rows, columns };
        }
      }
    }
  }
  throw new Error('every table has a value');
}
