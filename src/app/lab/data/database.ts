/** The page's IndexedDB. In a browser that refuses it (as in private windows) nothing is stored. */
const [DATABASE, VERSION] = ["actigrad-lab", 3];
const stores = ["races", "statements", "contests"] as const;
type StoreName = (typeof stores)[number];

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("IndexedDB failed")));
  });

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, VERSION);
  request.addEventListener("upgradeneeded", () => {
    const { result } = request;
    for (const name of stores) if (!result.objectStoreNames.contains(name)) result.createObjectStore(name);
  });
  return done(request);
}

async function withStore<T>(
  name: StoreName,
  mode: IDBTransactionMode,
  use: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open();
  try {
    return await done(use(database.transaction(name, mode).objectStore(name)));
  } finally {
    database.close();
  }
}

export const put = (name: StoreName, key: string, value: unknown): Promise<unknown> =>
  withStore(name, "readwrite", (store) => store.put(value, key));

export const remove = (name: StoreName, key: string): Promise<unknown> =>
  withStore(name, "readwrite", (store) => store.delete(key));

export const getAll = (name: StoreName): Promise<unknown[]> =>
  withStore<unknown[]>(name, "readonly", (store) => store.getAll());
