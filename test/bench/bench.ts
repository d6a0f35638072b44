/** `npm run bench`: measures, judges against targets, and prints. README.md says what each row means. */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { badInput, describeFault, faultOf } from '../../src/shared/faults.ts';
import { agreement } from './agreement.ts';
import { compare } from './compare.ts';
import { decode } from './decode.ts';
import { mostSeeds } from './demo-rows.ts';
import { demo } from './demo.ts';
import { deviceModel } from './device-model.ts';
import { drill } from './drill.ts';
import { evaluate } from './evaluate.ts';
import { exports } from './exports.ts';
import { firstUse } from './first-use.ts';
import type { Bench, BenchOptions } from './measuring.ts';
import { memory } from './memory.ts';
import { overlap } from './overlap.ts';
import { ppo } from './ppo.ts';
import { resume } from './resume.ts';
import { jsonLine, table, type Row } from './row.ts';
import { screens } from './screens.ts';
import { store } from './store.ts';
import { teacherLlama } from './teacher-llama.ts';
import { teacher } from './teacher.ts';
import { text } from './text.ts';
import { train } from './train.ts';
import { update } from './update.ts';

const benches: readonly Bench[] = [
    text,
    agreement,
    teacher,
    teacherLlama,
    overlap,
    train,
    ppo,
    decode,
    update,
    memory,
    store,
    resume,
    exports,
    firstUse,
    screens,
    compare,
    deviceModel,
    evaluate,
    demo,
    drill,
];

const option = { type: 'string' } as const;
const flags = {
    json: { type: 'boolean', default: false },
    repeats: { ...option, default: '5' },
    threads: option,
    corpus: option,
    seeds: { ...option, default: '5' },
    updates: option,
    from: { ...option, default: 'shipped' },
    home: option,
} as const;

async function run(): Promise<void> {
    const { values, positionals } = parseArgs({ options: flags, allowPositionals: true });
    const threads = values.threads === undefined ? null : count('threads', values.threads, 1024);
    const options: BenchOptions = {
        repeats: count('repeats', values.repeats, 1000),
        threads: threads ?? availableParallelism(),
        corpus: values.corpus ?? null,
        runs: {
            seeds: count('seeds', values.seeds, mostSeeds),
            updates: values.updates === undefined ? null : count('updates', values.updates, 1e6),
            from: values.from,
            home: values.home ?? null,
            threads,
        },
    };
    const chosen = choose(positionals);
    console.error(`${machine(options)}\n`);
    const rows: Row[] = [];
    try {
        for (const bench of chosen) {
            console.error(`${bench.name} …`);
            const measured = await bench.measure(options);
            rows.push(...measured);
            if (values.json) for (const row of measured) console.log(jsonLine(row));
        }
    } finally {
        if (!values.json && rows.length > 0) console.log(`\n${table(rows)}`); // what was measured before a fault, too
    }
}

function choose(names: readonly string[]): readonly Bench[] {
    if (names.length === 0) return benches.filter(({ isLong }) => !isLong);
    return names.map((name) => {
        const bench = benches.find((each) => each.name === name);
        const known = benches.map((each) => each.name).join(', ');
        if (!bench) throw badInput(`There is no bench called "${name}"; nothing was measured. Choose from ${known}.`);
        return bench;
    });
}

function count(name: string, typed: string, most: number): number {
    const value = Number(typed);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw badInput(`--${name} wants a whole number from 1 to ${most}, not "${typed}"; nothing was measured.`);
}

function machine({ threads, repeats }: BenchOptions): string {
    const [load] = loadavg();
    const cores = availableParallelism();
    const quiet = load! < 0.3 * cores ? '' : ' (others are at work: trust no speed, and ratios only roughly)';
    return `${cores} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}, ${threads} threads, medians of ${repeats}, load ${load!.toFixed(1)}${quiet}`;
}

try {
    await run();
} catch (error) {
    const isTypo = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
    const fault = faultOf(error);
    console.error(isTypo ? error.message : describeFault(fault));
    if (fault.kind === 'unexpected' && !isTypo) console.error(fault.stack);
    process.exitCode = 1;
}
