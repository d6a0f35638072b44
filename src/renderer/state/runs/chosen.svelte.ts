/**
 * The runs that are chosen in the list, by their folders. They stay chosen while the app is open, by whatever way
 * somebody leaves the list and comes back.
 */

let runs = $state.raw<ReadonlySet<string>>(new Set());

export const chosen = {
    get runs(): ReadonlySet<string> {
        return runs;
    },
};

export function chooseRuns(only: Iterable<string>): void {
    runs = new Set(only);
}

/** Chooses a run, or chooses it no more. */
export function turnChoice(run: string): void {
    chooseRuns(runs.has(run) ? [...runs].filter((each) => each !== run) : [...runs, run]);
}
