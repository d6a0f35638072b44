/** A supervisor that listens to nothing, or asks to cancel after some turns. */
import { Cancelled, type ExchangeSupervisor } from '../../src/main/exchange/supervisor.ts';

export function aSupervisor(turnsUntilCancel = Infinity): ExchangeSupervisor {
    let turns = 0;
    const throwIfCancelled = (): void => {
        if (++turns > turnsUntilCancel) throw new Cancelled();
    };
    return { progress: () => {}, turn: async () => throwIfCancelled(), throwIfCancelled };
}
