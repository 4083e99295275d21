// Who can be let in on the device without a network: whoever signed in on it within the time that pages may be kept. Their keys lie here locked with their password; only those of whoever
// writes just now are open.

import { change, dropPages, dropPerson, person, persons, putPerson, state, type Person, type Signing, type State } from './db'
import { fromPassword, keysOf, lockText, newKeys, unlockText } from './seal'

const most = 8 // wrong passwords, until somebody must sign in with a network

// now is the device's time, which is not believed when it goes back.
export const now = (s: State): number => Math.max(Date.now(), s.seen)

const nobody = (s: State): void => {
  delete s.pages
  s.account = s.name = s.says = ''
  s.bundled = s.whole = s.moment = s.expires = 0
  s.locked = false
}

// forget destroys what is kept for somebody to be read. What waits to be sent stays.
export async function forget(account: string): Promise<void> {
  await dropPerson(account)
  await dropPages((path) => path.startsWith(`${account} /`))
}

// leave closes what is open: it can be read again with the password of whom it is kept for. Nothing is destroyed but what could not be opened any more.
export async function leave(): Promise<void> {
  const s = await state()
  const p = s.account ? await person(s.account) : undefined
  if (p && s.pages && now(s) <= s.expires) await putPerson({ ...p, expires: s.expires, bundled: s.bundled, whole: s.whole, moment: s.moment })
  else if (s.account) await forget(s.account)
  await change((s) => {
    nobody(s)
    delete s.signing
  })
}

// over destroys what is past its time. Whoever is only too long without a network may go on writing.
export async function over(): Promise<void> {
  const s = await state()
  if (s.account) await forget(s.account)
  await change((s) => {
    nobody(s)
    s.expires = -1 // so that it can be said why there is nothing
  })
}

// wipe destroys everything that is kept to be read, of everybody.
export async function wipe(): Promise<void> {
  for (const p of await persons()) await dropPerson(p.account)
  await dropPages(() => true)
  await change((s) => {
    nobody(s)
    delete s.signing
  })
}

// others are those who can be let in; what is past its time goes.
export async function others(): Promise<Person[]> {
  const s = await state()
  const all = await persons()
  for (const p of all) if (p.account !== s.account && now(s) > p.expires) await forget(p.account)
  return all.filter((p) => now(s) <= (p.account === s.account ? s.expires : p.expires))
}

async function enter(p: Person, pages: CryptoKey, signing: Signing): Promise<void> {
  await leave()
  p = await person(p.account) ?? p
  await change((s) => {
    Object.assign(s, { account: p.account, name: p.name, pages, signing, expires: p.expires, bundled: p.bundled, whole: p.whole, moment: p.moment, locked: false })
  })
}

// open lets somebody in without a network. Each try is counted before it is made; what is unsent has nothing to do with it.
export async function open(account: string, password: string): Promise<'yes' | 'wrong' | 'wait' | 'shut' | 'gone'> {
  const p = (await others()).find((p) => p.account === account)
  if (!p) return 'gone'
  if (p.tries >= most) return 'shut'
  if (Date.now() < p.again) return 'wait'
  await putPerson({ ...p, tries: p.tries + 1, again: Date.now() + 1000 * 2 ** p.tries })
  let text: string
  try {
    text = await unlockText(await fromPassword(password, p.salt), p.keys)
  } catch {
    return p.tries + 1 < most ? 'wrong' : 'shut'
  }
  const { pages, signing } = await keysOf(account, text)
  await putPerson({ ...p, tries: 0, again: 0 })
  await enter(p, pages, signing)
  return 'yes'
}

// arrive makes the device that of whoever has signed in with a network: with the keys that they had here before, else with new ones. Register tells the server with which key the device signs for them.
export async function arrive(account: string, name: string, expires: number, register: (signing: Signing) => Promise<boolean>): Promise<void> {
  const s = await state()
  const wrap = s.wrap?.account === account ? s.wrap : undefined
  const p = await person(account)
  const before = p && wrap ? await unlockText(wrap.key, p.keys).catch(() => '') : ''
  if (p && before) {
    await putPerson({ ...p, tries: 0, again: 0 })
    if (s.account !== account || !s.pages) {
      const { pages, signing } = await keysOf(account, before)
      await change((s) => { s.locked = true })
      if (!await register(signing)) return
      await enter(p, pages, signing)
    }
  } else if (s.account !== account || !s.pages || s.signing?.account !== account || wrap) {
    const text = await newKeys()
    const { pages, signing } = await keysOf(account, text)
    await change((s) => { s.locked = true })
    if (!await register(signing)) return
    await leave()
    await forget(account)
    const fresh = { account, name, expires, tries: 0, again: 0, bundled: 0, whole: 0, moment: 0 }
    if (wrap) await putPerson({ ...fresh, salt: wrap.salt, keys: await lockText(wrap.key, text) })
    await enter(fresh as Person, pages, signing)
  }
  await change((s) => {
    s.name = name
    s.expires = expires
    delete s.wrap
    s.locked = false
  })
}
