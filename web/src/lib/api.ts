// The one place that talks to the server.

export interface Problem {
  title: string;
  detail: string;
  where?: string;
  code: string;
  status: number;
}

export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

const OFFLINE: Problem = {
  title: 'The server does not answer',
  detail: 'Breakeven runs on your machine: start it again with ./run or breakeven serve. What you entered is kept.',
  code: 'offline',
  status: 0,
};

export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return { ...OFFLINE };
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

async function read<T>(response: Response): Promise<T> {
  const body: unknown = await response.json().catch(() => null);
  if (response.ok && body !== null) return body as T;
  const problem = (body ?? {}) as Partial<Problem>;
  throw new ProblemError({
    title: problem.title ?? 'Something went wrong',
    detail: problem.detail ?? `The server answered with status ${response.status}.`,
    code: problem.code ?? 'unknown',
    status: response.status,
    ...(problem.where ? { where: problem.where } : {}),
  });
}

export async function get<T>(path: string): Promise<T> {
  return read<T>(await fetch(path, { headers: { Accept: 'application/json' } }));
}

export async function post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return read<T>(
    await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      ...(signal ? { signal } : {}),
    }),
  );
}

export async function upload<T>(path: string, file: Blob): Promise<T> {
  return read<T>(
    await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/octet-stream' }, body: file }),
  );
}

export async function remove(path: string): Promise<void> {
  await fetch(path, { method: 'DELETE' });
}
