/**
 * What the app tells a page, asked or not.
 * Types only, so that a page can import them. Times are UTC milliseconds, durations seconds, fractions 0–1;
 * `run` names a run by its folder under `runs/`.
 */
import type { Fault } from '../faults.ts';
import type { BenchmarkRow } from './benchmarks.ts';
import type { DownloadState, ExchangeRow, Settings } from './computer.ts';
import type { QueuedRun } from './new-run.ts';
import type { ListedRow, Live } from './runs.ts';

/** Told without being asked. */
export type Push =
    /** A run is new or changed: its row as it is now; ask for what is after your cursors. */
    | { readonly push: 'run'; readonly row: ListedRow }
    | { readonly push: 'run-gone'; readonly run: string }
    /** Runs that wait for their turn, all of them. */
    | { readonly push: 'queue'; readonly rows: readonly QueuedRun[] }
    /** What our engine does on a run; often, and never recorded. */
    | { readonly push: 'live'; readonly run: string; readonly live: Live }
    /** An engine of ours has ended; the sentence says why. A run that was refused at once is gone. */
    | {
          readonly push: 'ended';
          readonly run: string;
          readonly name: string;
          /** How the run reads from now on. */
          readonly reason: 'finished' | 'paused' | 'interrupted' | 'failed';
          /** Nobody asked for this end. */
          readonly isFault: boolean;
          readonly sentence: string;
          /** False where it was refused before it did anything: whoever asked for it hears why. */
          readonly wasBegun: boolean;
      }
    /** How far a download is; it ended where `state` is null, and `problem` says why it failed. */
    | {
          readonly push: 'download';
          readonly model: string;
          readonly state: DownloadState | null;
          readonly problem: string | null;
      }
    /** How far a preview is, by the ticket it was asked with. */
    | {
          readonly push: 'preview';
          readonly ticket: string;
          readonly phase: string;
          readonly done: number;
          readonly of: number;
      }
    /** The app behind the page began anew: what was asked is not answered any more, and everything may have changed. */
    | { readonly push: 'restarted' }
    /** An export or import is new, further, or over. */
    | { readonly push: 'exchange'; readonly row: ExchangeRow }
    /** A reading of benchmarks is new or further, or over. */
    | { readonly push: 'benchmark'; readonly row: BenchmarkRow }
    | { readonly push: 'benchmark-gone'; readonly benchmark: string }
    | { readonly push: 'settings'; readonly settings: Settings };

export type Answer =
    | { readonly id: number; readonly result: unknown }
    /** `sentence`: what happened, what is safe, what to do. */
    | { readonly id: number; readonly fault: Fault; readonly sentence: string };
