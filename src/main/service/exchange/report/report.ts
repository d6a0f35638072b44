/** Writes a run as one HTML file that needs neither a network nor Storyloop: what was found, and how to check it. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { badInput } from '../../../../shared/faults.ts';
import { givenPath } from '../../../store/home/given-path.ts';
import type { RunFolder } from '../../../store/home/run-folder.ts';
import { findRun } from '../../../store/home/workshop.ts';
import { storeFault } from '../../../store/connection/sqlite-faults.ts';
import { openHome } from '../../sources/home.ts';
import { resourcesFolder } from '../../sources/resources.ts';
import { version } from '../../sources/version.ts';
import { readReportFacts } from './facts.ts';
import { escaped } from './markup.ts';
import { sectionsOf, type ReportSection } from './sections.ts';

export interface WrittenReport {
    /** Of the file. */
    readonly name: string;
    readonly html: string;
}

/** @throws bad input where the run did not learn from ratings */
export async function reportOfRun(home: string, folder: RunFolder, now: number): Promise<WrittenReport> {
    const facts = await readReportFacts(home, folder, now);
    const title = `${facts.run.name}: report of a Storyloop run`;
    const made = `Written on ${new Date(now).toISOString().slice(0, 10)} by Storyloop ${version}`;
    return {
        name: `${basename(folder.folder)}-report.html`,
        html: page(title, facts.run.name, `${made} · run ${facts.run.id} · preset ${facts.preset}`, sectionsOf(facts)),
    };
}

/**
 * The same for the command line, into a file.
 * @throws bad input where there is no such run, or the file is there already; a store fault where it cannot be written
 */
export async function writeReport(wanted: string, out: string | null): Promise<{ file: string; bytes: number }> {
    const home = openHome();
    try {
        const folder = findRun(home, wanted, home.clock());
        const file = givenPath(out ?? `${basename(folder.folder)}-report.html`);
        if (existsSync(file)) throw badInput(`${file} exists already and was left as it is. Choose another name.`);
        const { html } = await reportOfRun(home.home, folder, home.clock());
        try {
            writeFileSync(file, html, { flag: 'wx' });
        } catch (error) {
            throw storeFault(error, file);
        }
        return { file, bytes: Buffer.byteLength(html) };
    } finally {
        home.close();
    }
}

/** Nothing is fetched, and of scripts and styles only those run that are named here by their digests. */
function page(title: string, name: string, made: string, sections: readonly ReportSection[]): string {
    const [css, script] = ['report.css', 'form.js'].map((file) =>
        readFileSync(join(resourcesFolder(), 'report', file), 'utf8'),
    );
    const sha = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const policy = `default-src 'none'; script-src ${sha(script!)}; style-src ${sha(css!)}; base-uri 'none'; form-action 'none'`;
    const links = sections.map((section) => `<li><a href="#${section.id}">${escaped(section.title)}</a></li>`);
    const parts = sections.map(
        (section) =>
            `<section id="${section.id}" aria-labelledby="${section.id}-title"><h2 id="${section.id}-title">${escaped(section.title)}</h2>\n${section.html}</section>`,
    );
    const hasForm = sections.some(({ id }) => id === 'rate');
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="${policy}" />
<meta name="referrer" content="no-referrer" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<title>${escaped(title)}</title>
<style>${css!}</style>
</head>
<body>
<header>
<p class="kicker">A run of Storyloop</p>
<h1>${escaped(name)}</h1>
<p class="note">${escaped(made)}</p>
<nav aria-label="Contents"><ul>${links.join('')}</ul></nav>
</header>
<main>
${parts.join('\n')}
</main>
<footer><p>This file is complete: it fetches nothing and sends nothing. Stories are shown as the student wrote them.</p></footer>
${hasForm ? `<script>${script!}</script>\n` : ''}</body>
</html>
`;
}
