/** What can be exported, in words. */
import type { ExchangeRow, ExportOffer } from '../../../shared/views/computer.ts';
import type { ExportFormat, ExportThing } from '../../../shared/contracts/exchange.ts';
import { bytes, counted } from './words.ts';

/** `subject`: a rating set has stories of its own. */
export const thingWords: Readonly<Record<ExportThing, string>> = {
    database: 'Database',
    episodes: 'Stories',
    ratings: 'Ratings',
    metrics: 'Metrics',
    grammar: 'Grammar',
    trial: 'Second judge’s readings',
    student: 'Student',
    card: 'Run card',
    agreement: 'Agreement',
};

export const formatWords: Readonly<Record<ExportFormat, string>> = {
    sqlite: 'SQLite',
    csv: 'CSV',
    jsonl: 'JSON lines',
    parquet: 'Parquet',
    authors: 'the published system’s logs',
    hf: 'Hugging Face folder',
    gguf: 'GGUF for llama.cpp',
    card: 'run.md and run.json',
    report: 'agreement.md and agreement.json',
};

/** "331,200 stories", "2.4 GB". */
export function sizeWords(size: ExportOffer['things'][number]['size']): string {
    if (size === null) return '';
    return size.unit === 'byte'
        ? bytes(size.count)
        : counted(size.count, size.unit, size.unit === 'story' ? 'stories' : `${size.unit}s`);
}

/** "6 files, 2.4 GB, each read back". */
export function filesWords({ files }: Pick<ExchangeRow, 'files'>): string {
    const all = files.reduce((sum, file) => sum + file.bytes, 0);
    return `${counted(files.length, 'file')}, ${bytes(all)}, ${files.length === 1 ? '' : 'each '}read back`;
}
