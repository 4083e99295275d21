// Pages that are kept to be read without a network.

import { change, dropPages, page, putPages, state, type Page, type State } from './db'
import { now, others, over } from './people'
import { lock, unlock } from './seal'
import { worker } from './worker'

const shelf = 'rosemary-1' // of what holds nothing about anybody: styles, scripts, and the page that says that there is no network
const every = 20 * 60e3 // how often the pages are fetched anew
const of = (s: State, path: string): string => `${s.account} ${asWritten(path)}` // under what a page is kept: for whom, and its address
const asWritten = (path: string): string => path.replace(/[?&](outbox|kept)=[^&]*/g, '').replace(/^([^?]*)&/, '$1?')

// readable gives the state when pages may be read; what is past its time is destroyed.
export async function readable(): Promise<State | 'old' | 'out'> {
  const s = await state()
  if (!s.account || !s.pages || s.locked) return s.expires === -1 ? 'old' : 'out'
  if (now(s) <= s.expires) return s
  await over()
  return 'old'
}

async function squeeze(html: string): Promise<{ data: ArrayBuffer; packed: boolean }> {
  const whole = new TextEncoder().encode(html)
  if (!('CompressionStream' in self)) return { data: whole.buffer, packed: false }
  return { data: await new Response(new Blob([whole]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer(), packed: true }
}

async function encrypted(s: State, path: string, html: string, policy: string): Promise<Page> {
  const { data, packed } = await squeeze(html)
  return { path: of(s, path), at: Date.now() + s.behind, policy, packed, ...await lock(s.pages as CryptoKey, data) }
}

// keep keeps a page that was just shown.
export async function keep(path: string, html: string, policy: string): Promise<void> {
  const s = await state()
  if (s.account && s.pages && !s.locked) await putPages([await encrypted(s, path, html, policy)])
}

// clock words an instant in the time of the record, whatever the device thinks where it is.
export const clock = (at: number): string => new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at)

function agoWords(at: number, s: State): string {
  const minutes = Math.max(0, Math.round((Date.now() + s.behind - at) / 60e3))
  const ago = minutes < 60 ? `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
  return `at ${clock(at)}, ${minutes ? `${ago} ago` : 'just now'}`
}

// kept serves a page from the device, which says how old it is; or says why it cannot.
export async function kept(path: string): Promise<Response> {
  const s = await readable()
  if (path.startsWith('/sign-in')) return who()
  if (typeof s === 'string') return s === 'out' ? who('out') : away(s)
  const found = await page(of(s, path)) ?? (path === '/' ? await page(of(s, '/shift')) ?? await page(of(s, '/people')) : undefined)
  if (!found) return away('none')
  const open = await unlock(s.pages as CryptoKey, found)
  const html = found.packed ? await new Response(new Blob([open]).stream().pipeThrough(new DecompressionStream('gzip'))).text() : new TextDecoder().decode(open)
  const said = `<div class="rm-notice rm-notice--kept" role="status" data-kept="${text(s.says || s.name)}"><p><strong>No network. This page was kept on this device ${agoWords(found.at, s)}.</strong> Something may have changed since.</p><p>You write as <strong>${text(s.says || s.name)}</strong>${s.says ? ', not signed in: what you write waits until you, or a senior, have said that it is yours' : ''}. <a href="/sign-in?me=now">${s.says ? 'Sign in' : 'Not you? Say who you are'}</a></p></div>`
  const mine = s.says ? html.replace(/(<span class="rm-user__name">)[^<]*(<span class="rm-user__role">)[^<]*/, (_, name: string, role: string) => `${name}${text(s.says)}${role}Not signed in`) : html
  return new Response(mine.replace(/<main [^>]*>/, (main) => main + said), { headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': found.policy } })
}

// away is the page that says that there is no network.
export async function away(...why: string[]): Promise<Response> {
  const found = await caches.match('/away')
  if (!found) return Response.error()
  let html = (await found.text()).replace('data-away="none"', 'data-away="none" hidden')
  for (const part of why) html = html.replace(`data-away="${part}" hidden`, `data-away="${part}"`)
  const list = why.includes('who') ? await names() : ''
  if (list) html = html.replace('<div data-people></div>', () => list) // a name may hold what replace would read as a pattern
  return new Response(html, { headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': found.headers.get('Content-Security-Policy') ?? '', 'Rosemary-Away': why.join(' ') } })
}

const text = (words: string): string => words.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)

// names are the choices of those who can be let in.
async function names(): Promise<string> {
  const each = (await others()).map((p, i) => `<div class="nhsuk-radios__item"><input class="nhsuk-radios__input" id="me-${i}" name="account" type="radio" value="${text(p.account)}"><label class="nhsuk-label nhsuk-radios__label" for="me-${i}">${text(p.name)}</label></div>`)
  return `<div class="nhsuk-radios">${each.join('')}</div>`
}

// who asks who somebody is, while there is no network: whoever signed in here before gives their password, anybody else their name.
export async function who(...why: string[]): Promise<Response> {
  const s = await state()
  if ((await others()).length) why.push('who')
  else why.push('nobody')
  if (s.pages && s.signing && !s.locked) why.push('says')
  return away(...why)
}

// stock fetches what every page needs, once for each release of the program.
export async function stock(): Promise<void> {
  const found = await fetch('/away', { cache: 'no-store', credentials: 'omit' })
  if (!found.ok) return
  const html = await found.clone().text()
  const cache = await caches.open(shelf)
  const names = [...html.matchAll(/\/assets\/[^"]+/g)].map((m) => m[0])
  for (const name of names) if (!await cache.match(name)) await cache.add(name)
  for (const old of await cache.keys()) {
    const path = new URL(old.url).pathname
    if (path !== '/away' && /\.[0-9a-f]{16}\./.test(path) && !names.includes(path)) await cache.delete(old)
  }
  await cache.put('/away', found)
}

// asset serves a style, script or picture: what has its hash in the address never changes.
export async function asset(request: Request): Promise<Response> {
  const found = await caches.match(request)
  if (found) return found
  const got = await fetch(request)
  if (got.ok && /\.(css|js|svg|png)$/.test(new URL(request.url).pathname)) {
    const copy = got.clone()
    void caches.open(shelf).then((cache) => cache.put(request, copy))
  }
  return got
}

let fetching: Promise<void> | undefined

// bundle fetches the pages of the shift's people, when it is time.
export function bundle(force = false): Promise<void> {
  fetching ??= fetchBundle(force).finally(() => { fetching = undefined })
  return fetching
}

interface Line { policy?: string; moment?: number; people?: string[]; path?: string; html?: string; end?: boolean }

async function fetchBundle(force: boolean): Promise<void> {
  const s = await state()
  if (!s.account || !s.pages || s.locked || !force && Date.now() - s.bundled < every && Date.now() >= s.bundled) return
  const whole = !s.moment || Math.abs(Date.now() - s.whole) > 2 * 3600e3
  const answer = await fetch(whole ? '/outbox/bundle' : `/outbox/bundle?since=${s.moment}`, { cache: 'no-store', redirect: 'manual' })
  if (!answer.ok || !answer.body) return
  const reader = answer.body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  let policy = ''
  let people: string[] = []
  let moment = 0
  let ended = false
  for (;;) {
    const { value, done } = await reader.read()
    rest += decoder.decode(value, { stream: !done })
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    const pages: Page[] = []
    for (const text of lines) {
      const line = JSON.parse(text) as Line
      policy = line.policy ?? policy
      people = line.people ?? people
      moment = line.moment ?? moment
      ended ||= line.end === true
      if (line.path !== undefined && line.html !== undefined) pages.push(await encrypted(s, line.path, line.html, policy))
    }
    if ((await state()).account !== s.account) return // somebody has signed out meanwhile
    if (pages.length) await putPages(pages)
    if (done) break
  }
  if (!ended) return
  await dropPages((path) => path.startsWith(of(s, '/people/')) && !people.some((base) => path === of(s, base) || path.startsWith(of(s, `${base}/`))))
  await change((s) => {
    s.bundled = Date.now()
    s.moment = moment
    if (whole) s.whole = s.bundled
  })
}

// tell tells all pages that are open.
export async function tell(message: unknown): Promise<void> {
  for (const client of await worker.clients.matchAll()) client.postMessage(message)
}
