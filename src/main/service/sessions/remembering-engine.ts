/** Starts an engine whose teacher may ask for ratings that it gave before. */
import type { EngineCommand, EngineEvent, EngineTask } from '../../../shared/contracts/engine.ts';
import type { OpenHome } from '../sources/home.ts';
import { afterEnd } from './after-end.ts';
import { startEngine, type EngineHost, type TaskHandle } from './engine-session.ts';
import { ratingMemory } from './rating-memory.ts';

/** @param check called every second while the engine works; an error that it throws ends the task */
export type StartEngine = (
    task: EngineTask,
    record: (event: EngineEvent) => EngineCommand | undefined,
    check?: () => void,
) => TaskHandle;

export function rememberingEngine(host: EngineHost, home: OpenHome): StartEngine {
    return (task, record, check) => {
        const memory = ratingMemory(home, home.clock);
        const engine = startEngine(host, task, (event) => memory.answer(event) ?? record(event), check);
        return afterEnd(engine, () => memory.close());
    };
}
