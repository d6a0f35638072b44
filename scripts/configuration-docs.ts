/**
 * The text of docs/configuration.md, made from the one table that src/shared/run/config.ts assembles. A test fails
 * while the two differ.
 */
import { configKeys, fieldOf, presetValue, resumableKeys, type ConfigKey } from '../src/shared/run/config.ts';
import { optionName } from '../src/shared/settings/names.ts';
import { presetNames, type Field } from '../src/shared/settings/field.ts';

/** The part of a key before its first dot → what the settings of that name are about. */
const chapters: ReadonlyMap<string, string> = new Map([
    ['seed', 'Seeds'],
    ['seeds', 'Seeds'],
    ['student', 'The student’s size'],
    ['tokenizer', 'The tokenizer'],
    ['corpus', 'The built-in corpus'],
    ['pretrain', 'Pretraining'],
    ['rollout', 'Writing stories'],
    ['teacher', 'The teacher'],
    ['reward', 'From scores to a reward'],
    ['ppo', 'The update'],
    ['budget', 'When a run ends'],
    ['evaluation', 'Clean evaluation'],
    ['guard', 'The guard of grammar'],
    ['holdout', 'The trial by a second judge'],
    ['record', 'What is kept'],
    ['runtime', 'The arithmetic'],
]);

const opening = `# Configuration

<!-- Made by "npm run make:docs" from src/shared/settings/; edit the setting there, not here. -->

Every setting of every command. A preset is a column; \`--preset\` chooses it and single options go over it. A setting is
written \`ppo.klTarget\` in the database and in documents and \`--ppo-kl-target\` on the command line. \`demo\` takes the
options of \`learn\`. What the presets stand for and which setting belongs to which quirk of the published system
(R1, T2, P1 …) is told in [method.md](method.md).

Refused in one sentence: a width that the heads do not divide, a batch that the minibatch does not divide, a run without
any budget, and every value outside its range.

A resumed run keeps its configuration. Only these may be given anew: ${resumableKeys.map((key) => `\`${key}\``).join(', ')}.
`;

/** The whole document. */
export function configurationDocs(): string {
    const tables = [...Map.groupBy(configKeys, chapterOf)].map(
        ([title, keys]) =>
            `\n## ${title}\n\n| setting | ${presetNames.join(' | ')} | values | means | for |\n|---|---|---|---|---|---|---|\n${keys.map(row).join('')}`,
    );
    return opening + tables.join('');
}

function chapterOf(key: ConfigKey): string {
    const title = chapters.get(key.split('.')[0]!);
    if (title === undefined) throw new Error(`"${key}" has no chapter in scripts/configuration-docs.ts`);
    return title;
}

function row(key: ConfigKey): string {
    const field = fieldOf(key);
    const columns = presetNames.map((preset) => cell(presetValue(key, preset)));
    const source = field.source === undefined ? '' : ` (${field.source})`;
    return `| \`${key}\`<br>\`${optionName(key)}\` | ${columns.join(' | ')} | ${cell(values(field))} | ${cell(field.means)}${source} | ${field.jobs.join(', ')} |\n`;
}

function values(field: Field): string {
    const unit = field.unit === '' ? '' : ` ${field.unit}`;
    switch (field.kind) {
        case 'number':
            return `${field.min} to ${field.max}${unit}${field.whole ? ', whole' : ''}`;
        case 'choice':
            return field.choices.join(', ');
        case 'text':
            return `text${unit}`;
        default:
            return field satisfies never;
    }
}

const cell = (value: string | number): string => String(value).replaceAll('|', '\\|');
