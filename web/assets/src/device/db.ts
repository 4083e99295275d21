// What the device keeps: how things stand, pages to be read without a network (encrypted), and entries that wait (sealed).

export interface Entry {
  id: string
  sequence: number
  state: 'waiting' | 'sent' | 'person' // on its way; in the record, but in no backup yet; needs a person
  sealed: ArrayBuffer
  made: number
  account: string
  who?: string // what its writer is called
  label?: Locked // what to call it, for whoever is signed in
  person?: string // the address of whom it is about, likewise in the clear: an id says nothing without the record
  reasons?: string[]
  moment?: number
  draft?: string // of which form it is the unfinished work: a later one takes its place
}

export interface Locked { iv: ArrayBuffer; data: ArrayBuffer }

export interface Page extends Locked { path: string; at: number; policy: string; packed: boolean }

export interface Signing { account: string; key: CryptoKey; public: string }

// Person is somebody who signed in on the device: what they need to be let in without a network.
export interface Person {
  account: string
  name: string
  salt: ArrayBuffer
  keys: Locked // to what is kept for them, and to sign for them: locked with their password
  expires: number
  tries: number // wrong passwords since the last right one
  again: number // not before then
  bundled: number
  whole: number
  moment: number
}

// State is one record: what is known of the installation, and for whom pages are kept.
export interface State {
  device: string
  key: string // the installation's, to seal to
  account: string // who reads and writes just now; '' for nobody
  name: string // and what they are called
  says: string // who writes on their pages without being signed in, as they say themselves; '' while nobody does
  pages?: CryptoKey // what they are encrypted with; gone with the right to read them
  signing?: Signing
  behind: number // milliseconds that the device's clock is behind
  seen: number // the latest time that the device's clock has shown: it is not believed when it goes back
  expires: number
  epoch: number
  backedUp: number
  backups: boolean
  bundled: number // when the pages were fetched last
  whole: number // when all of them were
  moment: number // up to which they show what was written
  sequence: number
  locked: boolean // somebody has signed in, and it is not known yet whether it is the one that pages are kept for
  owesSignOut: boolean
  wrap?: { account: string; salt: ArrayBuffer; key: CryptoKey } // of the password with which somebody has just signed in, until their keys are locked with it
}

const fresh: State = {
  device: '', key: '', account: '', name: '', says: '', behind: 0, seen: 0, expires: 0, epoch: 0, backedUp: 0, backups: false, bundled: 0, whole: 0, moment: 0, sequence: 0, locked: false, owesSignOut: false,
}

let opened: Promise<IDBDatabase> | undefined

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((done, failed) => {
    const asked = indexedDB.open('rosemary', 1)
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore('state')
      asked.result.createObjectStore('pages', { keyPath: 'path' })
      asked.result.createObjectStore('entries', { keyPath: 'id' })
    }
    asked.onsuccess = () => {
      asked.result.onclose = () => { opened = undefined }
      done(asked.result)
    }
    asked.onerror = () => { opened = undefined; failed(asked.error) }
  })
  return opened
}

type Room = 'state' | 'pages' | 'entries'

// within does something in one transaction, and answers when it has reached the disk.
async function within<T>(rooms: Room[], mode: IDBTransactionMode, act: (room: (name: Room) => IDBObjectStore) => IDBRequest<T> | void): Promise<T> {
  const db = await open()
  return new Promise((done, failed) => {
    const t = db.transaction(rooms, mode, mode === 'readwrite' ? { durability: 'strict' } : undefined)
    const asked = act((name) => t.objectStore(name))
    t.oncomplete = () => done(asked ? asked.result : undefined as T)
    t.onabort = t.onerror = () => failed(t.error ?? new Error('aborted'))
  })
}

export async function state(): Promise<State> {
  return { ...fresh, ...(await within<Partial<State> | undefined>(['state'], 'readonly', (room) => room('state').get('now'))) }
}

let turn: Promise<unknown> = Promise.resolve()

// change changes the state; one change after the other.
export function change(alter: (s: State) => void): Promise<State> {
  const next = turn.then(async () => {
    const s = await state()
    alter(s)
    await within(['state'], 'readwrite', (room) => { room('state').put(s, 'now') })
    return s
  })
  turn = next.catch(() => undefined)
  return next
}

const personal = (account: string): string => `of ${account}`

export const person = (account: string): Promise<Person | undefined> => within<Person | undefined>(['state'], 'readonly', (room) => room('state').get(personal(account)))
export const persons = (): Promise<Person[]> => within<Person[]>(['state'], 'readonly', (room) => room('state').getAll(IDBKeyRange.bound('of ', 'of!')) as IDBRequest<Person[]>)
export const putPerson = (p: Person): Promise<void> => within(['state'], 'readwrite', (room) => { room('state').put(p, personal(p.account)) })
export const dropPerson = (account: string): Promise<void> => within(['state'], 'readwrite', (room) => { room('state').delete(personal(account)) })

export const page = (path: string): Promise<Page | undefined> => within<Page | undefined>(['pages'], 'readonly', (room) => room('pages').get(path))
export const putPages = (pages: Page[]): Promise<void> => within(['pages'], 'readwrite', (room) => { for (const p of pages) room('pages').put(p) })
export const noPages = (): Promise<void> => within(['pages'], 'readwrite', (room) => { room('pages').clear() })

export const dropPages = (which: (path: string) => boolean): Promise<void> => within(['pages'], 'readwrite', (room) => {
  const asked = room('pages').openKeyCursor()
  asked.onsuccess = () => {
    const at = asked.result
    if (!at) return
    if (which(String(at.key))) room('pages').delete(at.key)
    at.continue()
  }
})

export async function entries(): Promise<Entry[]> {
  const all = await within<Entry[]>(['entries'], 'readonly', (room) => room('entries').getAll() as IDBRequest<Entry[]>)
  return all.sort((a, b) => a.sequence - b.sequence)
}

// putEntry keeps an entry, and lets go of those that it takes the place of, in one.
export const putEntry = (e: Entry, instead: string[] = []): Promise<void> =>
  within(['entries'], 'readwrite', (room) => { for (const id of instead) room('entries').delete(id); room('entries').put(e) })
export const dropEntry = (id: string): Promise<void> => within(['entries'], 'readwrite', (room) => { room('entries').delete(id) })
