// The service worker: it keeps pages for when there is no network, and what is written meanwhile. Nothing that it keeps is readable without its keys; what is
// not sent is never let go.

import { change, dropPages, entries, person, state, type Signing } from './device/db'
import { asset, bundle, keep, kept, stock, who } from './device/kept'
import { covered, draft, flush, post, report } from './device/outbox'
import { arrive, forget, leave, open, others, wipe } from './device/people'
import { fromPassword } from './device/seal'
import { worker } from './device/worker'

const unfinished = /^\/people\/[^/]+\/(new|forms|records)\// // what a page sends while it goes
const slow = 6e3 // how long a page may take before a kept one is shown

worker.addEventListener('install', (event) => event.waitUntil(stock().then(() => worker.skipWaiting())))
worker.addEventListener('activate', (event) => event.waitUntil(renew().then(() => worker.clients.claim())))
worker.addEventListener('sync', (event) => event.waitUntil(flush()))

// renew lets go of pages that were kept before each was kept for somebody.
async function renew(): Promise<void> {
  await dropPages((path) => path.startsWith('/'))
  await change((s) => { s.bundled = s.whole = s.moment = 0 })
}

worker.addEventListener('message', (event) => {
  if (event.data?.do === 'wake') event.waitUntil(wake())
  if (event.data?.do === 'report') event.waitUntil(report())
})

interface Hello {
  device: string; key: string; now: number; account: string; name: string; forget: boolean; gone: string[] | null; keepFor: number; epoch: number; backedUp: number; backups: boolean; settled: string[] | null
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
  const known = (await others()).map((p) => p.account)
  const say = async (signing?: Signing): Promise<Response> => fetch('/outbox/hello', {
    method: 'POST', credentials: 'same-origin', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      device: (await state()).device, name: nameOf(navigator.userAgent), public: signing?.public ?? '', signs: signing?.account ?? '', account: before.account, others: known,
      now: Date.now(), waiting: waiting.length, refused: ask.length, oldest: waiting[0]?.made ?? 0, ask,
    }),
  })
  const answer = await say(before.signing)
  if (!answer.ok) throw new Error(String(answer.status))
  const told = await answer.json() as Hello
  const gone = told.gone ?? []
  for (const account of gone) await forget(account)
  if (gone.includes(before.account)) await leave()
  else if (told.forget) await wipe()
  await heard(told, asked)
  if (told.account && !told.forget) {
    await arrive(told.account, told.name, Date.now() + told.keepFor * 1000, async (signing) => {
      const answer = await say(signing)
      return answer.ok && (await answer.json() as Hello).account === told.account
    })
  }
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

// soon gives up on what takes too long.
const soon = <T>(work: Promise<T>): Promise<T> => Promise.race([work, new Promise<T>((_, failed) => setTimeout(() => failed(new Error('slow')), slow))])

// settleSignOut ends on the server what was ended here without a network: whoever goes on signs in.
async function settleSignOut(): Promise<void> {
  const answer = await soon(fetch('/sign-out', { method: 'POST', redirect: 'manual', credentials: 'same-origin' }))
  if (answer.type !== 'opaqueredirect' && !answer.ok) throw new Error(String(answer.status))
  if ((await state()).says) await leave()
  await change((s) => { s.owesSignOut = false })
}

// signOut hands over what waits, closes what is kept to be read, and ends the session; without a network the session is ended as soon as there is one.
async function signOut(request: Request): Promise<Response> {
  await Promise.race([flush().catch(() => undefined), new Promise((done) => setTimeout(done, 5000))])
  await leave()
  await change((s) => { s.owesSignOut = true })
  try {
    const answer = await fetch(request)
    await change((s) => { s.owesSignOut = false })
    return answer
  } catch {
    return who('out')
  }
}

const home = (): Response => Response.redirect(new URL('/', worker.location.origin).href, 303)

// signIn lets somebody in: the server does, and where it cannot be reached, the device does whom it knows. What is kept stays closed until it is known who has signed in.
async function signIn(request: Request): Promise<Response> {
  const sent = new URLSearchParams(await request.clone().text())
  if (sent.has('says')) return become(sent.get('says') ?? '')
  const [account, password] = [(sent.get('account') ?? '').trim().toLowerCase(), sent.get('password') ?? '']
  const salt = (await person(account))?.salt ?? crypto.getRandomValues(new Uint8Array(16)).buffer
  const key = fromPassword(password, salt)
  key.catch(() => undefined)
  try {
    if ((await state()).owesSignOut) await settleSignOut()
    const answer = await soon(fetch(request))
    if (answer.status >= 502 && answer.status <= 504) throw new Error(String(answer.status))
    if (answer.type === 'opaqueredirect') {
      const wrap = { account, salt, key: await key }
      await change((s) => Object.assign(s, { locked: true, wrap }))
    }
    return answer
  } catch { /* without a network */ }
  const how = await open(account, password)
  if (how !== 'yes') return who(how)
  await change((s) => { s.owesSignOut = true }) // whoever was signed in before is not it now
  return home()
}

// become lets somebody write who has never signed in here: on the pages of whoever has, in a name that nobody has proved.
async function become(name: string): Promise<Response> {
  const says = name.replace(/\s+/g, ' ').trim().slice(0, 60)
  const s = await state()
  if (!says || !s.pages || !s.signing) return who()
  await change((s) => Object.assign(s, { says, owesSignOut: true }))
  return home()
}

// show shows a page: the server's, and while it cannot be had the kept one.
async function show(request: Request, until: (work: Promise<unknown>) => void): Promise<Response> {
  const url = new URL(request.url)
  const path = url.pathname + url.search
  if ((await state()).owesSignOut) {
    try { await settleSignOut() } catch { return kept(path) }
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
