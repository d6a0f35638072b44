/** Reads and writes what a person set for the app, in `workshop.sqlite`. */
import { z } from 'zod';
import type { Settings } from '../../../shared/views/computer.ts';
import { methods } from '../../../shared/contracts/app.ts';
import { readSetting, writeSetting, type Workshop } from '../../store/home/workshop.ts';
import type { Handlers } from './handlers.ts';

const key = 'app';
const draftKey = 'new run';
const storedSchema = z.object(methods['settings.change'].shape);

export function settingsHandlers(
    { db }: Workshop,
    changed: (settings: Settings) => void,
): Pick<Handlers, 'settings.read' | 'settings.change' | 'draft.read' | 'draft.keep'> {
    /** The settings; where another version wrote what this one does not understand, the defaults. */
    function read(): Settings {
        const stored = storedSchema.safeParse(readSetting(db, key) ?? {});
        return stored.success ? withoutNulls(stored.data) : {};
    }
    return {
        'settings.read': read,
        'settings.change': (change) => {
            const settings = withoutNulls({ ...read(), ...change });
            writeSetting(db, key, settings);
            changed(settings);
            return settings;
        },
        'draft.read': () => {
            const stored = methods['draft.keep'].safeParse({ draft: readSetting(db, draftKey) ?? null });
            return stored.success ? stored.data.draft : null;
        },
        'draft.keep': ({ draft }) => {
            writeSetting(db, draftKey, draft);
            return null;
        },
    };
}

function withoutNulls(settings: z.infer<typeof storedSchema>): Settings {
    return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null && value !== undefined));
}
