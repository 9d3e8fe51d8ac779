// Traces by the name that an address gives them: an example of the server, or a file that this browser keeps.

import { get, ProblemError, upload } from './api';
import type { KeptFile } from './documents';
import { find } from './kept';
import type { TraceInfo } from './plan';

export const FILE_TRACE = 'file-';

export const sendTrace = (name: string, file: Blob): Promise<TraceInfo> => upload<TraceInfo>(`/api/v1/uploads?name=${encodeURIComponent(name)}`, file);

/** The server's reading of it; a file is sent again, for the server forgets. */
export async function readTrace(id: string): Promise<TraceInfo> {
  if (!id.startsWith(FILE_TRACE)) return get<TraceInfo>(`/api/v1/traces/${encodeURIComponent(id)}`);
  const kept = await find<KeptFile>('files', id);
  if (kept) return sendTrace(kept.name, kept.file);
  throw new ProblemError({
    title: 'The file of this plan is not in this browser',
    detail: 'A link brings the whole question, but not the traffic. Upload the trace again, or choose an example.',
    code: 'no-file',
    status: 404,
  });
}
