// What this browser keeps between visits: plans, their answers, and the traces behind them. Nothing leaves the machine.
// Where the browser keeps nothing (private windows), the same functions hold it until the page is closed.

export type Drawer = 'plans' | 'answers' | 'files';
const KEYS: Record<Drawer, string> = { plans: 'id', answers: 'key', files: 'id' };

let opened: Promise<IDBDatabase | null> | null = null;
const loose: Record<Drawer, Map<string, unknown>> = { plans: new Map(), answers: new Map(), files: new Map() };

function open(): Promise<IDBDatabase | null> {
  opened ??= new Promise((done) => {
    try {
      const request = indexedDB.open('breakeven', 1);
      request.onupgradeneeded = () => {
        for (const [name, keyPath] of Object.entries(KEYS)) request.result.createObjectStore(name, { keyPath });
      };
      request.onsuccess = () => done(request.result);
      request.onerror = () => done(null);
      request.onblocked = () => done(null);
    } catch {
      done(null);
    }
  });
  return opened;
}

async function ask<T>(drawer: Drawer, mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
  const db = await open();
  if (!db) return undefined;
  return new Promise((done, fail) => {
    const transaction = db.transaction(drawer, mode);
    const request = work(transaction.objectStore(drawer));
    transaction.oncomplete = () => done(request.result);
    transaction.onerror = () => fail(transaction.error ?? new Error('the browser could not keep this'));
    transaction.onabort = () => fail(transaction.error ?? new Error('the browser has no room left'));
  });
}

/** Whether the browser keeps anything when the page is closed. */
export async function lasting(): Promise<boolean> {
  return (await open()) !== null;
}

export async function keep<T extends object>(drawer: Drawer, value: T): Promise<void> {
  if (await lasting()) await ask(drawer, 'readwrite', (store) => store.put(value));
  else loose[drawer].set(String((value as Record<string, unknown>)[KEYS[drawer]]), value);
}

export async function find<T>(drawer: Drawer, key: string): Promise<T | null> {
  if (!(await lasting())) return (loose[drawer].get(key) as T | undefined) ?? null;
  return ((await ask(drawer, 'readonly', (store) => store.get(key))) as T | undefined) ?? null;
}

export async function all<T>(drawer: Drawer): Promise<T[]> {
  if (!(await lasting())) return [...loose[drawer].values()] as T[];
  return ((await ask(drawer, 'readonly', (store) => store.getAll())) as T[] | undefined) ?? [];
}

export async function keys(drawer: Drawer): Promise<string[]> {
  if (!(await lasting())) return [...loose[drawer].keys()];
  return ((await ask(drawer, 'readonly', (store) => store.getAllKeys())) ?? []).map(String);
}

export async function drop(drawer: Drawer, key: string): Promise<void> {
  if (await lasting()) await ask(drawer, 'readwrite', (store) => store.delete(key));
  else loose[drawer].delete(key);
}
