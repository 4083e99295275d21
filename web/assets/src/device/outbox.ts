// Entries: kept before anything else is tried, sent in their order, once.

import { change, dropEntry, entries, noPages, putEntry, state, type Entry, type State } from './db'
import { clock, tell } from './kept'
import { lockText, seal, unlockText } from './seal'
import { worker } from './worker'

const patience = 12e3 // how long a server may take before an entry counts as waiting
const most = 31 * 2 ** 20 // of one entry

// What a form says of itself, in the address that the page posts it to: what to call it, and where to go when it is kept.
interface About { title: string; initials: string; next: string }

interface Post { path: string; type: string; body: ArrayBuffer; about: About; made: number }

async function read(request: Request): Promise<Post> {
  const url = new URL(request.url)
  const [title = '', initials = '', next = '/'] = (url.searchParams.get('outbox') ?? '').split('|')
  url.searchParams.delete('outbox')
  return {
    path: url.pathname + url.search, type: request.headers.get('Content-Type') ?? 'application/x-www-form-urlencoded', body: await request.arrayBuffer(),
    about: { title, initials, next }, made: Date.now(),
  }
}

// opener is whose form it was: to whom the page was shown.
const opener = async (post: Post): Promise<string> => String((await new Response(post.body, { headers: { 'Content-Type': post.type } }).formData()).get('by') ?? '')

// foreign reports whether a form was shown to somebody else than who writes now: it must not be kept in the wrong name.
async function foreign(post: Post): Promise<boolean> {
  const [by, s] = [await opener(post).catch(() => ''), await state()]
  return by !== '' && s.signing !== undefined && by !== s.signing.account
}

const underWay = new Set<string>() // entries that are being posted as their page would

// full is what is thrown when the device has no room.
const full = (err: unknown): boolean => err instanceof DOMException && err.name === 'QuotaExceededError'

// kept seals an entry and keeps it on the disk. Where there is no room, what can be had again from the server goes first.
async function kept(post: Post, draft?: string): Promise<Entry | undefined> {
  try {
    return await keep(post, draft)
  } catch (err) {
    if (!full(err)) throw err
    await noPages()
    for (const e of await entries()) if (e.state === 'sent') await dropEntry(e.id)
    return await keep(post, draft)
  }
}

async function keep(post: Post, draft?: string): Promise<Entry | undefined> {
  const { sequence } = await change((s) => { s.sequence++ })
  const s = await state()
  if (!s.signing || !s.device || !s.key || post.body.byteLength > most) return undefined
  const header = {
    id: crypto.randomUUID(), device: s.device, account: s.signing.account, says: s.says || undefined, path: post.path, type: post.type, title: post.about.title.slice(0, 200),
    initials: post.about.initials.slice(0, 10), made: post.made, offset: s.behind, sequence,
  }
  const entry: Entry = { id: header.id, sequence, state: 'waiting', sealed: await seal(s, s.signing, header, post.body), made: post.made, account: s.signing.account, who: s.says || s.name, draft }
  entry.person = /^\/people\/[0-9a-f-]{36}/.exec(post.path)?.[0]
  if (s.pages) entry.label = await lockText(s.pages, `${post.about.title}|${post.about.initials}`)
  const instead = draft ? (await entries()).filter((e) => e.draft === draft && e.state === 'waiting').map((e) => e.id) : []
  await putEntry(entry, instead)
  return entry
}

const gone = (status: number): boolean => status >= 502 && status <= 504

function timeout(ms: number): Promise<'slow'> {
  return new Promise((done) => setTimeout(() => done('slow'), ms))
}

// post sends a form that records care. It is sealed and on the disk before it is sent; when the server does not answer it waits there. The answer 204 leaves the page, and
// what was typed in it, as it is.
export async function post(request: Request, clientId: string, until: (work: Promise<unknown>) => void): Promise<Response> {
  const sent = await read(request)
  let entry: Entry | undefined
  const other = await foreign(sent)
  try {
    if (!other) entry = await kept(sent)
  } catch { /* there is no room: the network may do */ }
  const s = await state()
  const direct = s.owesSignOut ? Promise.reject(new Error('out')) : fetch(sent.path, {
    method: 'POST', body: sent.body, redirect: 'manual', credentials: 'same-origin', headers: { 'Content-Type': sent.type, 'Rosemary-Made': `${sent.made} ${s.behind}` },
  })
  let left = false // the person was told that it waits, and does not see the answer any more
  if (entry) underWay.add(entry.id)
  const settled = direct.then(async (answer) => {
    if (gone(answer.status)) throw new Error(String(answer.status))
    if (entry && (!left || answer.type === 'opaqueredirect')) await dropEntry(entry.id)
    return answer
  }).finally(() => { if (entry) underWay.delete(entry.id) })
  until(settled.catch(() => undefined).then(report))
  try {
    const first = await (entry ? Promise.race([settled, timeout(patience)]) : settled)
    if (first !== 'slow') return first
  } catch { /* it waits */ }
  left = true
  if (!entry) {
    const client = await worker.clients.get(clientId)
    client?.postMessage({ lost: other ? 'this page was opened by somebody else than who writes on this device now' : s.signing ? 'this device has no room' : 'this device was not ready to keep anything' })
    return new Response(null, { status: 204 })
  }
  await dropDrafts(entry, sent)
  void worker.registration.sync?.register('outbox').catch(() => undefined)
  const next = new URL(entry.person && sent.about.next === '/' ? entry.person : sent.about.next, worker.location.origin)
  next.searchParams.set('kept', sent.about.title || 'yes')
  return Response.redirect(next.pathname + next.search, 303)
}

const draftOf = (path: string, body: string): string => `${path.split('?')[0]} ${new URLSearchParams(body).get('window') ?? ''}`

// dropDrafts lets go of the unfinished work that became an entry.
async function dropDrafts(entry: Entry, sent: Post): Promise<void> {
  const path = sent.path.split('?')[0] + ' '
  for (const e of await entries()) {
    if (e.draft && e.draft.startsWith(path) && e.sequence < entry.sequence && new TextDecoder().decode(sent.body).includes(e.draft.slice(path.length))) await dropEntry(e.id)
  }
}

const json = (value: unknown, status: number): Response => new Response(JSON.stringify(value), { status, headers: { 'Content-Type': 'application/json' } })

// draft keeps, in place of the server, what somebody is typing.
export async function draft(request: Request, about: string): Promise<Response> {
  const copy = request.clone()
  const s = await state()
  try {
    if (!s.owesSignOut) {
      const answer = await fetch(request)
      if (!gone(answer.status)) return answer
    }
  } catch { /* kept here */ }
  const sent = await read(copy)
  if (s.says || await foreign(sent)) return json({ problem: 'What you type here is kept only when you press Save.' }, 507)
  const body = new TextDecoder().decode(sent.body)
  const keep = new URLSearchParams(body)
  keep.set('act', 'keep')
  sent.body = new TextEncoder().encode(keep.toString()).buffer
  sent.type = 'application/x-www-form-urlencoded'
  sent.about.title = decodeURIComponent(about)
  try {
    if (await kept(sent, draftOf(sent.path, body))) {
      await report()
      return json({ device: clock(sent.made + (await state()).behind) }, 200)
    }
  } catch { /* said below */ }
  return json({ problem: 'There is no network, and this device has no room. Keep this page open.' }, 507)
}

interface Reply { state?: 'done' | 'person'; reasons?: string[] | null; moment?: number; epoch?: number; kind?: string; message?: string }

let flushing: Promise<void> | undefined

// flush sends what waits, one after the other, in its order.
export function flush(): Promise<void> {
  flushing ??= send().finally(() => { flushing = undefined })
  return flushing
}

async function send(): Promise<void> {
  const s = await state()
  const stuck = new Set<string>() // whose must wait until they sign in: what others wrote goes
  for (const e of await entries()) {
    if (e.state !== 'waiting' || underWay.has(e.id) || stuck.has(e.account)) continue
    let answer: Response
    let reply: Reply
    try {
      answer = await fetch('/outbox/entries', { method: 'POST', body: e.sealed, credentials: 'same-origin', headers: { 'Content-Type': 'application/octet-stream', 'Rosemary-Device': s.device } })
      reply = await answer.json() as Reply
    } catch {
      break
    }
    if (answer.status >= 500) break // later
    if (answer.status === 401) {
      stuck.add(e.account)
      continue
    }
    if (answer.ok && reply.state === 'done') {
      if (s.backups && reply.epoch === s.epoch) await putEntry({ ...e, state: 'sent', moment: reply.moment })
      else if (!s.backups) await dropEntry(e.id)
      else break // the installation was restored: hear how things stand first
    } else {
      await putEntry({ ...e, state: 'person', reasons: reply.reasons ?? (reply.message ? [reply.message] : []) })
    }
    await report()
  }
  await report()
}

// covered lets go of what a backup holds, and sends again what a restored backup may lack.
export async function covered(s: State, restored: boolean, settled: string[]): Promise<void> {
  for (const e of await entries()) {
    if (settled.includes(e.id)) await dropEntry(e.id)
    else if (restored && e.state !== 'waiting') await putEntry({ ...e, state: 'waiting', reasons: undefined, moment: undefined })
    else if (e.state === 'sent' && (!s.backups || (e.moment ?? 0) <= s.backedUp)) await dropEntry(e.id)
  }
}

// report tells the pages what waits. What the entries are called is told only to whom they belong, while signed in.
export async function report(): Promise<void> {
  const s = await state()
  const list = []
  let hidden = 0
  for (const e of await entries()) {
    if (e.state === 'sent') continue
    let label = ''
    try {
      if (s.pages && e.label && e.account === s.account && !s.locked) label = await unlockText(s.pages, e.label)
    } catch { /* it was locked with an earlier key */ }
    if (!label) hidden++
    const [title = '', initials = ''] = label.split('|')
    list.push({ state: e.state, who: e.who, title: e.draft ? `${title || 'A form'}, not finished` : title || 'An entry', initials, made: e.made, person: label ? e.person : undefined, reasons: label ? e.reasons : undefined })
  }
  await tell({ outbox: list, hidden, behind: s.behind })
}
