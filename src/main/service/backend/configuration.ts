/** The table of settings, for a page that shows every field of it. */
import type { ConfigTable } from '../../../shared/views/new-run.ts';
import { FaultError } from '../../../shared/faults.ts';
import {
    composeConfig,
    configKeys,
    fieldOf,
    optionName,
    presetValue,
    resumableKeys,
} from '../../../shared/run-config.ts';
import { presetNames } from '../../../shared/settings/field.ts';
import { configVersion } from '../../../shared/stored-config.ts';
import type { Handlers } from './handlers.ts';

const resumable: readonly string[] = resumableKeys;

const table: ConfigTable = {
    version: configVersion,
    presets: presetNames,
    lines: configKeys.map((key) => ({
        ...fieldOf(key),
        key,
        room: key.includes('.') ? key.slice(0, key.indexOf('.')) : '',
        presetValues: {
            paper: presetValue(key, 'paper'),
            improved: presetValue(key, 'improved'),
            quick: presetValue(key, 'quick'),
        },
        resumable: resumable.includes(key),
    })),
};

const keyOfOption = new Map(configKeys.map((key) => [optionName(key), key]));
/** A sentence about options of the command line, about settings as a page shows them. */
const bySettings = (sentence: string): string =>
    sentence.replace(/--[a-z][a-z-]*/gu, (option) => keyOfOption.get(option) ?? option);

export const configurationHandlers: Pick<Handlers, 'config.table' | 'config.compose'> = {
    'config.table': () => table,
    'config.compose': ({ preset, given }) => {
        try {
            return { ok: true, values: composeConfig(preset, given) };
        } catch (error) {
            if (error instanceof FaultError && error.fault.kind === 'bad-input')
                return { ok: false, sentence: bySettings(error.message) };
            throw error;
        }
    },
};
