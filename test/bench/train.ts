/** Steps of pretraining: how much of the machine they use, and what the runtime in place gains. */
import { RandomStream } from '../../src/main/learning/random.ts';
import type { StudentConfig } from '../../src/main/student/gpt2/config.ts';
import { createPretrainer, type Pretrainer } from '../../src/main/student/training/pretrainer.ts';
import { openRuntime } from '../../src/main/student/runtime/open.ts';
import type { Runtime } from '../../src/main/student/runtime/runtime.ts';
import { learningOperations, peaks, squareProducts } from './gemm-peak.ts';
import { inTurns, median, medianRatio, type Bench, type Work } from './measuring.ts';
import { openPyTorch } from './pytorch.ts';
import { atLeast, type Row } from './row.ts';
import { demoStudent, nativeRuntime, publishedStudent, tinyStudent, tokensOf, untrained } from './students.ts';

interface Size {
    readonly name: string;
    readonly student: StudentConfig;
    readonly rows: number; // of a batch
    readonly sequence: number; // tokens of a row
    readonly leastShare?: number; // of the peak
    readonly besideOfficial: boolean; // too large to wait for twice
}

const sizes: readonly Size[] = [
    { name: 'demo', student: demoStudent, rows: 16, sequence: 128, besideOfficial: true },
    { name: 'tiny', student: tinyStudent, rows: 32, sequence: 64, leastShare: 0.5, besideOfficial: true },
    { name: 'published', student: publishedStudent, rows: 4, sequence: 128, leastShare: 0.65, besideOfficial: false },
];

const adamw = { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.05, clip: 1 } as const;

export const train: Bench = {
    name: 'train',
    async measure({ repeats, threads }) {
        const native = await nativeRuntime(threads);
        const official = await openRuntime({ kind: 'official', threads });
        const squares = await squareProducts(typeof native === 'string' ? official : native);
        const rows: Row[] = [];
        for (const size of sizes) rows.push(...(await measureSize(size, native, official, squares, repeats, threads)));
        return rows;
    },
};

async function measureSize(
    { name, student, rows, sequence, leastShare, besideOfficial }: Size,
    native: Runtime | string,
    official: Runtime,
    squares: Readonly<Record<string, Work>>,
    repeats: number,
    threads: number,
): Promise<Row[]> {
    const batch = tokensOf(rows * (sequence + 1), student, new RandomStream('rows'));
    const open = (runtime: Runtime): Promise<Pretrainer> => {
        const options = { microBatch: rows, sequence, optimiser: adamw, dropout: null };
        return createPretrainer(runtime, student, untrained(student), options);
    };
    const inPlace = typeof native === 'string' ? null : await open(native);
    const usual = besideOfficial || inPlace === null ? await open(official) : null;
    const peer = await openPyTorch(student, rows, sequence, threads);
    const seconds = await inTurns<string>(
        {
            ...(typeof peer === 'string' ? {} : { pytorch: peer.step }),
            ...(usual ? { official: () => usual.step(batch, 1e-3) } : {}),
            ...(inPlace ? { native: () => inPlace.step(batch, 1e-3) } : {}),
            ...squares,
        },
        repeats,
    );
    usual?.release();
    inPlace?.release();
    if (typeof peer !== 'string') peer.release();

    const operations = rows * learningOperations(student, sequence, sequence);
    const shareOf = (steps: readonly number[]): number =>
        medianRatio(
            steps.map((step) => operations / step),
            peaks(seconds),
        );
    const measured = seconds['native'] ?? seconds['official']!;
    const tokens = rows * sequence;
    return [
        {
            name: `train.${name}.share`,
            value: shareOf(measured),
            unit: 'of the GEMM peak',
            ...(leastShare ? { target: atLeast(leastShare) } : {}),
            note: `runtime ${inPlace ? 'native' : 'official'}, ${rows}×${sequence} tokens`,
        },
        { name: `train.${name}.speed`, value: tokens / median(measured), unit: 'tokens/s' },
        {
            name: `train.${name}.pytorch-ratio`,
            value: seconds['pytorch'] ? medianRatio(seconds['pytorch'], measured) : null,
            unit: '× PyTorch',
            ...(seconds['pytorch'] ? { target: atLeast(1.2) } : {}),
            note: typeof peer === 'string' ? peer : `PyTorch ${peer.version}, eager`,
        },
        ...(usual
            ? [
                  {
                      name: `train.${name}.native-ratio`,
                      value: inPlace ? medianRatio(seconds['official']!, measured) : null,
                      unit: '× official',
                      ...(typeof native === 'string' ? { note: native } : {}),
                  },
              ]
            : []),
    ];
}
