/** Words about language models as teachers. */
import type { DownloadState, ModelRow } from '../../shared/views/computer.ts';
import { bytes, duration, percent } from './text/words.ts';

export const titleOf = ({ name, catalogued }: ModelRow): string => catalogued?.title ?? name.replace(/\.gguf$/u, '');

export function isHere({ here, bytes: whole }: ModelRow): boolean {
    return here === whole && here > 0;
}

/** Will it fit this computer? */
export function fitWords({ catalogued }: ModelRow): string {
    if (catalogued === null) return 'your own file';
    if (catalogued.fit === 'graphics') return 'fits the graphics processor';
    if (catalogued.fit === 'processor') return 'fits in memory, but rates slowly: it runs on the processor';
    return `does not fit: it needs about ${bytes(catalogued.memoryNeeded)} of memory`;
}

/** Where the file is, in a few words. */
export function placeWords(row: ModelRow): string {
    if (row.download) return downloadWords(row.download);
    if (isHere(row)) return 'on this computer';
    if (row.here > 0) return `paused at ${percent(row.here / row.bytes)}`;
    return row.catalogued ? 'not downloaded' : 'its file is gone';
}

/** "3.1 of 4.9 GB, 22 MB/s, 1 min to go". */
export function downloadWords({ phase, done, of, bytesPerSecond }: DownloadState): string {
    if (phase === 'waiting') return `${bytes(done)} of ${bytes(of)}, no answer, asking again`;
    if (phase === 'checking') return `checking the file, ${percent(done / of)}`;
    const rate = bytesPerSecond ? `, ${bytes(bytesPerSecond)}/s, ${duration((of - done) / bytesPerSecond)} to go` : '';
    return `${bytes(done)} of ${bytes(of)}${rate}`;
}
