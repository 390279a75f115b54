/**
 * Fits the Universal Scalability Law to measurements: throughput(n) = λ n / (1 + σ (n − 1) + κ n (n − 1)). Neil Gunther, "Guerrilla
 * Capacity Planning", 2007, chapter 5.
 */
import { type Scalability, throughputAt } from '#features/monitor/scalability.ts';

interface Point {
  users: number;
  /** Requests per second. */
  throughput: number;
}

/** Three parameters need at least this many different numbers of users. */
const MIN_POINTS = 3;

/**
 * The inverted law is linear in 1/λ, σ/λ and κ/λ: n/X = 1/λ + σ/λ (n − 1) + κ/λ n (n − 1). Least squares of the relative error, with
 * non-negative σ and κ.
 * @returns null if there are too few points
 */
export function fitScalability(points: readonly Point[]): Scalability | null {
  const usable = points.filter(({ throughput }) => throughput > 0);
  if (new Set(usable.map(({ users }) => users)).size < MIN_POINTS) return null;
  const columns = [() => 1, ({ users }: Point) => users - 1, ({ users }: Point) => users * (users - 1)];
  const fits = [[0, 1, 2], [0, 1], [0, 2], [0]].flatMap((chosen) => {
    const rows = usable.map((point) => chosen.map((column) => ((columns[column]?.(point) ?? 0) * point.throughput) / point.users));
    const solved = solveLeastSquares(
      rows,
      rows.map(() => 1),
    );
    if (!solved) return [];
    const coefficients = [0, 0, 0];
    chosen.forEach((column, index) => {
      coefficients[column] = solved[index] ?? 0;
    });
    return [coefficients as [number, number, number]];
  });
  const [best] = fits
    .filter(([a, b, c]) => a > 0 && b >= 0 && c >= 0)
    .map(([a, b, c]) => ({ lambda: 1 / a, sigma: b / a, kappa: c / a }))
    .map((law) => ({ ...law, error: relativeError(law, usable) }))
    .toSorted((one, other) => one.error - other.error);
  if (!best) return null;
  const { lambda, sigma, kappa } = best;
  return {
    lambda,
    sigma,
    kappa,
    r2: determination(best, usable),
    peakUsers: kappa > 0 && sigma < 1 ? Math.sqrt((1 - sigma) / kappa) : null,
  };
}

type Law = Pick<Scalability, 'lambda' | 'sigma' | 'kappa'>;

function relativeError(law: Law, points: readonly Point[]): number {
  return points.reduce((sum, { users, throughput }) => sum + (throughput / throughputAt(law, users) - 1) ** 2, 0);
}

function determination(law: Law, points: readonly Point[]): number {
  const mean = points.reduce((sum, { throughput }) => sum + throughput, 0) / points.length;
  const unexplained = points.reduce((sum, { users, throughput }) => sum + (throughput - throughputAt(law, users)) ** 2, 0);
  const whole = points.reduce((sum, { throughput }) => sum + (throughput - mean) ** 2, 0);
  return whole === 0 ? 1 : 1 - unexplained / whole;
}

/** Normal equations, by Gaussian elimination with pivoting; columns are scaled, because n (n − 1) reaches millions. */
function solveLeastSquares(rows: readonly number[][], wanted: readonly number[]): number[] | undefined {
  const size = rows[0]?.length ?? 0;
  const scales = Array.from({ length: size }, (_, column) => Math.max(...rows.map((row) => Math.abs(row[column] ?? 0))) || 1);
  const scaled = rows.map((row) => row.map((value, column) => value / (scales[column] ?? 1)));
  const product = (one: number, other: number) => scaled.reduce((sum, row) => sum + (row[one] ?? 0) * (row[other] ?? 0), 0);
  const matrix = Array.from({ length: size }, (_, one) => [
    ...Array.from({ length: size }, (_, other) => product(one, other)),
    scaled.reduce((sum, row, index) => sum + (row[one] ?? 0) * (wanted[index] ?? 0), 0),
  ]);
  return eliminate(matrix)?.map((value, column) => value / (scales[column] ?? 1));
}

/**
 * @param matrix each row ends with its right-hand side
 * @returns undefined if it is singular
 */
function eliminate(matrix: number[][]): number[] | undefined {
  const size = matrix.length;
  for (let column = 0; column < size; column++) {
    const rest = matrix.slice(column).toSorted((a, b) => Math.abs(b[column] ?? 0) - Math.abs(a[column] ?? 0));
    matrix.splice(column, rest.length, ...rest);
    const pivot = matrix[column];
    const head = pivot?.[column] ?? 0;
    if (!pivot || Math.abs(head) < 1e-12) return undefined;
    matrix.forEach((row, index) => {
      const factor = index === column ? 0 : (row[column] ?? 0) / head;
      for (let cell = column; factor !== 0 && cell <= size; cell++) row[cell] = (row[cell] ?? 0) - factor * (pivot[cell] ?? 0);
    });
  }
  return matrix.map((row, index) => (row[size] ?? 0) / (row[index] ?? 1));
}
