/**
 * Agreement at equal length: Kendall's partial rank correlation in Spearman's form, (ρxy − ρxz·ρyz)/√((1 − ρxz²)(1 −
 * ρyz²)), where z is the story's length in words (Kendall & Gibbons 1990, §8; Conover 1999, §5.4). It equals the
 * correlation of the residuals of both ranks after a linear regression on the ranks of length.
 */
import { midRanks, type DrawMeasure, type Panel } from './panel.ts';

/** In the order in which `partialMeasure` writes them. */
export const partialStatistics = ['partial', 'firstWithWords', 'secondWithWords'] as const;

/** Columns x and y with z held fixed, over the stories that have all three. */
export function partialMeasure(panel: Panel, x: number, y: number, z: number): DrawMeasure {
    const columns = [x, y, z].map((column) => panel.columns[column]!);
    const complete = Array.from({ length: panel.rows }, (_, row) => row).filter((row) =>
        columns.every((column) => column[row]! >= 0),
    );
    const levels = panel.levels.length;
    const [levelX, levelY, levelZ] = columns.map((column) => Int32Array.from(complete, (row) => column[row]!)) as [
        Int32Array,
        Int32Array,
        Int32Array,
    ];
    const levelCounts = new Float64Array(levels);
    const ranks = columns.map(() => new Float64Array(levels)) as [Float64Array, Float64Array, Float64Array];
    return {
        size: partialStatistics.length,
        measure(counts, out) {
            let n = 0;
            [levelX, levelY, levelZ].forEach((column, c) => {
                levelCounts.fill(0);
                for (let i = 0; i < complete.length; i++) levelCounts[column[i]!]! += counts[complete[i]!]!;
                n = midRanks(levelCounts, ranks[c]!);
            });
            const [rankX, rankY, rankZ] = ranks;
            const middle = (n + 1) / 2;
            let [xx, yy, zz, xy, xz, yz] = [0, 0, 0, 0, 0, 0];
            for (let i = 0; i < complete.length; i++) {
                const count = counts[complete[i]!]!;
                if (count === 0) continue;
                const a = rankX[levelX[i]!]! - middle;
                const b = rankY[levelY[i]!]! - middle;
                const c = rankZ[levelZ[i]!]! - middle;
                xx += count * a * a;
                yy += count * b * b;
                zz += count * c * c;
                xy += count * a * b;
                xz += count * a * c;
                yz += count * b * c;
            }
            const [rhoXY, rhoXZ, rhoYZ] = [xy / Math.sqrt(xx * yy), xz / Math.sqrt(xx * zz), yz / Math.sqrt(yy * zz)];
            const left = (1 - rhoXZ ** 2) * (1 - rhoYZ ** 2);
            out[0] = left < 1e-12 ? Number.NaN : (rhoXY - rhoXZ * rhoYZ) / Math.sqrt(left);
            out[1] = rhoXZ;
            out[2] = rhoYZ;
        },
    };
}
