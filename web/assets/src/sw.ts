// The service worker: it keeps pages for when there is no network, and what is written meanwhile. Nothing that it keeps is readable without its keys; what is
// not sent is never let go.

import { change, entries, state } from './device/db'
import { asset, away, bundle, forget, keep, kept, stock } from './device/kept'
import { covered, draft, flush, post, report } from './device/outbox'
import { newPageKey, newSigning } from './device/seal'
import { worker } from './device/worker'

const unfinished = /^\/people\/[^/]+\/(new|forms|records)\// // what a page sends while it goes
const slow = 6e3 // how long a page may take before a kept one is shown

worker.addEventListener('install', (event) => event.waitUntil(stock().then(() => worker.skipWaiting())))
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()))
worker.addEventListener('sync', (event) => event.waitUntil(flush()))

worker.addEventListener('message', (event) => {
  if (event.data?.do === 'wake') event.waitUntil(wake())
  if (event.data?.do === 'report') event.waitUntil(report())
})

interface Hello {
  device: string; key: string; now: number; account: string; forget: boolean; keepFor: number; epoch: number; backedUp: number; backups: boolean; settled: string[] | null
}

let waking: Promise<void> | undefined

const enough = 20e3 // how often the server is asked how things stand, while nothing is kept to be sent

// due reports whether it is time to ask.
async function due(): Promise<boolean> {
  const s = await state()
  return !s.account || s.locked || s.owesSignOut || Math.abs(Date.now() - s.seen) > enough || (await entries()).length > 0
}

function wake(): Promise<void> {
  waking ??= due().then((yes) => yes ? greet() : report()).then(flush).catch(report).then(() => bundle()).catch(() => undefined).finally(() => { waking = undefined })
  return waking
}

const nameOf = (agent: string): string => {
  const on = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac', 'CrOS', 'Linux'].find((name) => agent.includes(name)) ?? 'a device'
  const by = ['Edg', 'Firefox', 'Chrome', 'Safari'].find((name) => agent.includes(name)) ?? 'A browser'
  return `${by === 'Edg' ? 'Edge' : by} on ${on === 'CrOS' ? 'Chromebook' : on}`
}

// greet says to the server what there is on the device, and hears how things stand.
async function greet(): Promise<void> {
  const before = await state()
  if (before.owesSignOut) await settleSignOut()
  const all = await entries()
  const waiting = all.filter((e) => e.state === 'waiting')
  const ask = all.filter((e) => e.state === 'person').map((e) => e.id)
  const asked = Date.now()
  const say = async (signing: string): Promise<Response> => fetch('/outbox/hello', {
    method: 'POST', credentials: 'same-origin', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      device: (await state()).device, name: nameOf(navigator.userAgent), public: signing, account: before.account, now: Date.now(), waiting: waiting.length, refused: ask.length,
      oldest: waiting[0]?.made ?? 0, ask,
    }),
  })
  const answer = await say(before.signing?.public ?? '')
  if (!answer.ok) throw new Error(String(answer.status))
  const told = await answer.json() as Hello
  if (told.forget || told.account && told.account !== (before.account || before.signing?.account || told.account)) await forget()
  await heard(told, asked)
  const now = await state()
  if (told.account && !told.forget && (now.account !== told.account || now.signing?.account !== told.account || !now.pages)) await enrol(told.account, say)
  await covered(await state(), before.epoch !== 0 && told.epoch !== before.epoch, told.settled ?? [])
}

// heard keeps what the server told.
async function heard(told: Hello, asked: number): Promise<void> {
  await change((s) => {
    const at = Date.now()
    s.device = told.device
    s.key = told.key
    s.behind = Math.round(told.now - (asked + at) / 2)
    if (Math.abs(s.behind) < 2000) s.behind = 0 // that is the journey
    s.seen = at
    s.epoch = told.epoch
    s.backedUp = told.backedUp
    s.backups = told.backups
    if (told.account && told.account === s.account) {
      s.locked = false
      s.expires = at + told.keepFor * 1000
    }
  })
}

// enrol begins to keep pages, and to sign, for whoever has signed in.
async function enrol(account: string, say: (signing: string) => Promise<Response>): Promise<void> {
  const [pages, signing] = [await newPageKey(), await newSigning(account)]
  const answer = await change((s) => { s.locked = true }).then(() => say(signing.public))
  if (!answer.ok) throw new Error(String(answer.status))
  const told = await answer.json() as Hello
  if (told.account !== account) return
  await change((s) => {
    s.device = told.device
    s.account = account
    s.pages = pages
    s.signing = signing
    s.locked = false
    s.expires = Date.now() + told.keepFor * 1000
    s.bundled = s.whole = s.moment = 0
  })
}

// settleSignOut ends on the server what was ended here without a network.
async function settleSignOut(): Promise<void> {
  const answer = await fetch('/sign-out', { method: 'POST', redirect: 'manual', credentials: 'same-origin' })
  if (answer.type === 'opaqueredirect' || answer.ok) await change((s) => { s.owesSignOut = false })
}

// signOut hands over what waits, destroys what is kept to be read, and ends the session; without a network the session is ended as soon as there is one.
async function signOut(request: Request): Promise<Response> {
  await Promise.race([flush().catch(() => undefined), new Promise((done) => setTimeout(done, 5000))])
  await forget()
  await change((s) => { s.owesSignOut = true })
  try {
    const answer = await fetch(request)
    await change((s) => { s.owesSignOut = false })
    return answer
  } catch {
    return away('out')
  }
}

// signIn locks what is kept until it is known who has signed in.
async function signIn(request: Request): Promise<Response> {
  const s = await state()
  try {
    if (s.owesSignOut) await settleSignOut()
    const answer = await fetch(request)
    if (answer.type === 'opaqueredirect') await change((s) => { s.locked = true })
    return answer
  } catch {
    return away('out')
  }
}

// show shows a page: the server's, and while it cannot be had the kept one.
async function show(request: Request, until: (work: Promise<unknown>) => void): Promise<Response> {
  const url = new URL(request.url)
  const path = url.pathname + url.search
  if ((await state()).owesSignOut) {
    try { await settleSignOut() } catch { return away('out') }
  }
  const asked = fetch(request).then((answer) => {
    if (answer.status >= 502 && answer.status <= 504) throw new Error(String(answer.status))
    if (answer.ok && answer.headers.get('Rosemary-Keep') && answer.type === 'basic') {
      const copy = answer.clone()
      until(copy.text().then((html) => keep(path, html, copy.headers.get('Content-Security-Policy') ?? '')).catch(() => undefined))
    }
    return answer
  })
  until(asked.catch(() => undefined))
  try {
    const first = await Promise.race([asked, new Promise<undefined>((done) => setTimeout(() => done(undefined), slow))])
    if (first) return first
    const instead = await kept(path)
    return instead.headers.get('Rosemary-Away') ? await asked : instead
  } catch {
    return kept(path)
  }
}

worker.addEventListener('fetch', (event) => {
  const request = event.request
  const url = new URL(request.url)
  if (url.origin !== worker.location.origin) return
  const until = (work: Promise<unknown>): void => event.waitUntil(work)
  if (request.method === 'POST') {
    if (request.mode !== 'navigate') {
      if (request.headers.has('Rosemary-Draft') || unfinished.test(url.pathname)) event.respondWith(draft(request, request.headers.get('Rosemary-Draft') ?? ''))
    } else if (url.pathname === '/sign-out') event.respondWith(signOut(request))
    else if (url.pathname === '/sign-in') event.respondWith(signIn(request))
    else if (url.searchParams.has('outbox')) event.respondWith(post(request, event.clientId, until))
    return
  }
  if (request.method !== 'GET') return
  if (url.pathname.startsWith('/assets/')) event.respondWith(asset(request))
  else if (request.mode === 'navigate') event.respondWith(show(request, until))
})
