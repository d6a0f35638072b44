/** The device check as a text report to pass on. */
import { findingsOf } from '../../shared/findings/device.ts';
import type { About, DeviceReport } from '../../shared/views/computer.ts';
import { bytes } from './text/words.ts';

const stateWords = { works: 'ok', absent: 'none', broken: 'FAILED' } as const;

/** For an issue or a colleague: no path, no name of a person or machine. */
export function reportText(about: About, report: DeviceReport | null): string {
    const lines = [
        `Storyloop ${about.version}, Node ${about.node}`,
        `Processor: ${about.processor}, ${about.cores} cores`,
        `Memory: ${bytes(about.memoryBytes)}${report ? `, ${bytes(report.freeMemory)} unused` : ''}`,
        ...(report
            ? findingsOf(report, 'window').map(
                  ({ name, state, says }) =>
                      `${name}: ${stateWords[state]}: ${says.replaceAll(about.dataFolder, '<data folder>')}`,
              )
            : ['Not checked yet.']),
    ];
    return lines.join('\n');
}
