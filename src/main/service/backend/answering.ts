/** Passes a request of a page to its handler, after checking it; every failure becomes an answer. */
import { appContractVersion, methods, requestSchema, type Method } from '../../../shared/contracts/app.ts';
import { badInput, describeFault, faultOf } from '../../../shared/faults.ts';
import type { Answer } from '../../../shared/views/pushes.ts';
import type { TroubleLog } from '../trouble-log.ts';
import type { AskingPage, Handlers } from './handlers.ts';

/** The answer to a request. It never rejects: a fault is an answer, too. */
export async function answerTo(
    message: unknown,
    page: AskingPage,
    handlers: Handlers,
    trouble: TroubleLog,
): Promise<Answer> {
    const request = requestSchema.safeParse(message);
    const id = request.success ? request.data.id : 0; // something that is no request is answered as well
    try {
        if (!request.success)
            throw badInput('The page sent something that is not a request; nothing was changed. Reload the page.');
        const { version: spoken, method, params } = request.data;
        if (spoken !== appContractVersion)
            throw badInput(
                `The page speaks version ${spoken} and the app ${appContractVersion}; nothing was changed. Reload the page.`,
            );
        if (!isMethod(method))
            throw badInput(
                `The page asked for "${method}", which this app cannot do; nothing was changed. Reload the page.`,
            );
        return { id, result: await handle(method, params, page, handlers) };
    } catch (error) {
        const fault = faultOf(error);
        if (fault.kind === 'unexpected')
            trouble.note(error, `answering ${request.success ? request.data.method : 'a page'}`);
        return { id, fault, sentence: describeFault(fault, 'window') };
    }
}

function isMethod(method: string): method is Method {
    return Object.hasOwn(methods, method);
}

function handle(method: Method, params: unknown, page: AskingPage, handlers: Handlers): unknown {
    const checked = methods[method].safeParse(params ?? {});
    if (!checked.success) {
        const [issue] = checked.error.issues;
        const place = issue?.path.join('.') ?? '';
        throw badInput(
            `The page asked "${method}" with something that does not fit (${place ? `${place}: ` : ''}${issue?.message}); nothing was changed.`,
        );
    }
    // each schema belongs to its handler, by the type of Handlers
    return (handlers[method] as (params: unknown, page: AskingPage) => unknown)(checked.data, page);
}
