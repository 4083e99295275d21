// What a service worker has and a page has not, as far as it is used here.

export interface Extendable extends Event { waitUntil(work: Promise<unknown>): void }
export interface Fetching extends Extendable { readonly request: Request; readonly clientId: string; respondWith(answer: Promise<Response>): void }
export interface Told extends Extendable { readonly data: { do?: string } | null; readonly source: Client | null }
export interface Client { postMessage(message: unknown): void }

export interface Worker {
  readonly location: Location
  readonly clients: { claim(): Promise<void>; matchAll(): Promise<Client[]>; get(id: string): Promise<Client | undefined> }
  readonly registration: { sync?: { register(tag: string): Promise<void> } }
  skipWaiting(): Promise<void>
  addEventListener(name: 'install' | 'activate' | 'sync', hear: (event: Extendable) => void): void
  addEventListener(name: 'fetch', hear: (event: Fetching) => void): void
  addEventListener(name: 'message', hear: (event: Told) => void): void
}

export const worker = self as unknown as Worker
