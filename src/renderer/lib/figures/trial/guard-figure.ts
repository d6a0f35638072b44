/** Grammar over the course of a run: right choices in 100, with their interval and what chance gives. */
import { guardSentence, hasFallen, phenomenonName } from '../../../../shared/findings/guard-words.ts';
import type { Values } from '../../../../shared/figures/series.ts';
import type { RunKind } from '../../../../shared/run/record.ts';
import type { GuardPhenomenon, GuardReport } from '../../../../shared/views/guard.ts';
import { measured } from '../../text/words.ts';
import type { Axis } from '../run-figures.ts';
import type { PlotSpec } from '../plot.ts';

const axisTitles: Readonly<Record<RunKind, Readonly<Record<'words' | 'updates', string>>>> = {
    learn: { words: 'input words', updates: 'updates' },
    pretrain: { words: 'words read', updates: 'steps' },
};

/** Along words where the run's figures go by words, else along updates or, in pretraining, steps. */
export function guardFigure({ points, chance }: GuardReport, axis: Axis, job: RunKind): PlotSpec {
    const isByWords = axis === 'words';
    const values = points.map(({ score }) => score);
    const bound = (which: 'low' | 'high'): Values => points.map(({ interval }) => interval?.[which] ?? null);
    const members = [bound('low'), bound('high')];
    const lowest = Math.min(chance, ...points.map(({ score, interval }) => interval?.low ?? score));
    return {
        xs: points.map(({ inputWords, update }) => (isByWords ? inputWords : update)),
        lines: [{ name: '', colour: '--data-1', ink: '--data-1', values, members, isExact: true }],
        bounds: [Math.max(0, 10 * Math.floor(lowest / 10 - 0.5)), 100],
        xTitle: axisTitles[job][isByWords ? 'words' : 'updates'],
        ticks: 3,
        refs: [{ y: chance, label: 'chance' }],
    };
}

export interface GuardWords {
    readonly finding: string;
    readonly rows: readonly {
        readonly name: string;
        readonly before: string;
        readonly now: string;
        readonly isFallen: boolean;
    }[];
}

export function guardWords(report: GuardReport): GuardWords {
    const row = (each: GuardPhenomenon): GuardWords['rows'][number] => ({
        name: phenomenonName(each.name),
        before: measured(each.before, 0),
        now: measured(each.now, 0),
        isFallen: hasFallen(each),
    });
    return { finding: guardSentence(report), rows: report.phenomena.map(row) };
}
