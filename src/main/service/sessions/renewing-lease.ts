/** Keeps a run's lease while nothing is written: an update or a batch of ratings can take longer than it lasts. */
import { leaseMilliseconds, renewLease, type Lease } from '../../store/connection/lease.ts';

/** Returns what stops it. */
export function keepRenewing(lease: Lease): () => void {
    const renewal = setInterval(() => {
        try {
            renewLease(lease);
        } catch {
            // nobody catches what a timer throws; the next write renews the lease, too, and throws what is wrong
        }
    }, leaseMilliseconds / 3);
    renewal.unref();
    return () => clearInterval(renewal);
}
