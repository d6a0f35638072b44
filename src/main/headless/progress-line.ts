/** One line at the bottom of a terminal that says what is going on; plain lines where there is no terminal. */
import { visibleInLine } from '../../shared/text/visible.ts';

export interface Progress {
    readonly phase: string;
    /** Where the phase stands, e.g. "12/40". */
    readonly step?: string;
    /** 0–1 */
    readonly done: number;
    readonly remainingSeconds?: number;
    /** What a reader wants to see live, e.g. "score 5.12 of 9". */
    readonly live?: string;
}

/** 9, 7.5, 3.33: at most two places behind the point. */
export function shortNumber(value: number): string {
    return String(Number(value.toFixed(2)));
}

export function duration(seconds: number): string {
    const whole = Math.max(0, Math.round(seconds));
    if (whole < 60) return `${whole} s`;
    if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
    return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

export class ProgressLine {
    readonly #out: NodeJS.WriteStream;
    readonly #clock: () => number;
    #lastPlain = -Infinity;
    readonly #phases = new Set<string>();
    #shown = false;

    constructor(out: NodeJS.WriteStream, clock: () => number) {
        this.#out = out;
        this.#clock = clock;
    }

    show(progress: Progress): void {
        const { phase, step, done, remainingSeconds, live } = progress;
        const width = 24;
        const part = Math.min(1, Math.max(0, done));
        const full = Math.round(part * width);
        const bar = `${'━'.repeat(full)}${'─'.repeat(width - full)}`;
        const left = remainingSeconds === undefined ? '' : ` · ${duration(remainingSeconds)} left`;
        const line = visibleInLine(
            `${bar} ${String(Math.round(part * 100)).padStart(3)} % · ${phase}${step ? ` ${step}` : ''}${left}${live ? ` · ${live}` : ''}`,
        );
        if (this.#out.isTTY) {
            this.#out.write(`\r\x1b[2K${line.slice(0, Math.max(20, (this.#out.columns || 80) - 1))}`);
            this.#shown = true;
        } else if (!this.#phases.has(phase) || this.#clock() - this.#lastPlain > 10_000) {
            this.#out.write(`${line}\n`);
            this.#lastPlain = this.#clock();
        }
        this.#phases.add(phase);
    }

    /** Leaves the line's place to ordinary output. */
    clear(): void {
        if (this.#shown) this.#out.write('\r\x1b[2K');
        this.#shown = false;
    }
}
