/** Answers a page about settings: the table with all its fields, and what is wrong with a choice of values. */
import type { ConfigTable } from '../../../shared/views/new-run.ts';
import { FaultError, settingsNamedBy } from '../../../shared/faults.ts';
import {
    composeConfig,
    configKeys,
    fieldOf,
    presetValue,
    resumableKeys,
    type RunConfig,
} from '../../../shared/run/config.ts';
import { presetNames } from '../../../shared/settings/field.ts';
import { configVersion } from '../../../shared/run/stored-config.ts';
import type { Clock } from '../../store/connection/lease.ts';
import type { Workshop } from '../../store/home/workshop.ts';
import { findCheckpoint } from '../sources/checkpoint-source.ts';
import { findRubric, keepRubric, listRubrics } from '../sources/rubric-source.ts';
import { findTeachers } from '../models/teacher-places.ts';
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

export function configurationHandlers(
    workshop: Workshop,
    clock: Clock,
): Pick<Handlers, 'config.table' | 'config.compose' | 'rubrics.list' | 'rubric.keep'> {
    /** Checks that student, teacher and rubric are there, before anything is started. @throws bad input */
    function findThem(config: RunConfig, from: string): void {
        const { places } = findTeachers(config.teacher, workshop.home);
        if (Object.keys(places).length > 0) findRubric(config['teacher.rubric']);
        findCheckpoint(workshop, from, clock());
    }
    return {
        'config.table': () => table,
        'rubrics.list': listRubrics,
        'rubric.keep': ({ name, text }) => keepRubric(name, text),
        'config.compose': ({ preset, given, from }) => {
            try {
                const values = composeConfig(preset, given);
                if (from !== undefined) findThem(values, from);
                return { ok: true, values };
            } catch (error) {
                if (error instanceof FaultError && error.fault.kind === 'bad-input')
                    return { ok: false, sentence: error.fault.message, settings: settingsNamedBy(error) };
                throw error;
            }
        },
    };
}
