/** Measures style in a thread: tagging thousands of stories takes seconds, and the service must answer. */
import { extname } from 'node:path';
import type { StyleReport } from '../../../../shared/views/style.ts';
import { answerOfThread } from '../../../processes/answer-of-thread.ts';
import { findRun } from '../../../store/home/workshop.ts';
import { openHome } from '../../sources/home.ts';
import type { StyleMessage } from './style-worker.ts';

// the same folder in the source tree (.ts) and in a bundle (.js)
const workerFile = new URL(`./style-worker${extname(import.meta.url)}`, import.meta.url);

/** As `styleOfRun`. @throws the fault that the thread met */
export async function styleOfRunAside(database: string): Promise<StyleReport | null> {
    const { style } = await answerOfThread<StyleMessage, { readonly style: StyleReport | null }>({
        file: workerFile,
        job: database,
        does: 'measures how stories are written',
        read: (message) => ('style' in message ? { style: message.style } : undefined),
    });
    return style;
}

/** Of a run that a person names. @throws bad input where there is no such run */
export async function styleOfNamedRun(wanted: string): Promise<StyleReport | null> {
    const home = openHome();
    try {
        return await styleOfRunAside(findRun(home, wanted, home.clock()).database);
    } finally {
        home.close();
    }
}
