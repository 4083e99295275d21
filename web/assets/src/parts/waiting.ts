// What a page shows of the work that is kept on the device, and how its forms are marked for it. The service worker keeps and sends it.

import { word } from './words'

interface Item { state: string; who?: string; title: string; initials: string; made: number; person?: string; reasons?: string[] }

const worker = (): ServiceWorker | null => navigator.serviceWorker.controller
const asks = /^(show|absences|.*:.*)$/ // buttons that need an answer to go on with

function clock(at: number): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at))
}

function element(name: string, words: string, className = ''): HTMLElement {
  const e = document.createElement(name)
  e.textContent = words
  if (className) e.className = className
  return e
}

// notice says something at the top of the page.
function notice(kind: string, words: string, more: string): void {
  const box = element('div', '', `rm-notice rm-notice--${kind}`)
  box.setAttribute('role', 'alert')
  const line = element('p', '')
  line.append(element('strong', words), ` ${more}`)
  box.append(line)
  box.tabIndex = -1
  document.getElementById('maincontent')?.prepend(box)
  box.focus()
}

// mintedAt is when an id was made; 0 for what is no id that says so.
const mintedAt = (id: string): number => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(id) ? parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : 0

// freshIds gives a form from a kept page ids of its own: the same page may be filled in many times before there is a network. Ids that were made with the page are made anew;
// those of what was there before stay.
function freshIds(form: HTMLFormElement): void {
  const fields = [...form.querySelectorAll<HTMLInputElement>('input[type=hidden]')].filter((f) => mintedAt(f.value) > 0)
  const shown = Math.max(0, ...fields.map((f) => mintedAt(f.value)))
  const fresh = new Map<string, string>()
  for (const field of fields) {
    if (shown - mintedAt(field.value) > 2000) continue
    const id = fresh.get(field.value) ?? crypto.randomUUID()
    fresh.set(field.value, id)
    field.value = id
  }
  const typedIn = form.elements.namedItem('window')
  if (typedIn instanceof HTMLInputElement) typedIn.value = crypto.randomUUID()
}

// mark puts into the address of a form that records care what to call the entry, for the service worker.
function mark(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement
  if (!form.matches('form[data-outbox]') || !worker()) return
  const button = event.submitter as HTMLButtonElement | null
  const stays = button && (button.hasAttribute('formaction') || button.name === 'act' && asks.test(button.value))
  if (stays) {
    if (!document.querySelector('[data-kept]')) return
    event.preventDefault()
    notice('error', 'This button needs a network.', 'What you typed is still here. You can save it: it is kept on this device until there is a network.')
    return
  }
  const url = new URL(form.getAttribute('action') ?? '', location.href)
  const title = form.dataset.title ?? document.querySelector('h1')?.textContent?.trim().replace(/^[^:]{1,40}: /, '') ?? ''
  const initials = document.querySelector('.rm-disc')?.textContent?.trim() ?? ''
  url.searchParams.set('outbox', [title.replace(/\|/g, ' '), initials, form.dataset.next ?? '/'].join('|'))
  form.setAttribute('action', url.pathname + url.search)
}

function list(items: Item[], hidden: number): void {
  const place = document.querySelector<HTMLElement>('[data-outbox-here]')
  if (!place) return
  place.hidden = items.length === 0
  const rows = place.querySelector('[data-outbox-list]') as HTMLElement
  const words = place.querySelector('[data-outbox-words]') as HTMLElement
  words.textContent = hidden ? `What ${hidden === items.length ? 'these are' : `${hidden} of these are`} is told only to who wrote them, while they are signed in. They go by themselves when there is a network.` : word('These go by themselves when there is a network, in this order.')
  rows.replaceChildren(...items.map((item) => {
    const row = element('li', '', 'rm-draftrow')
    const what = element('div', '', 'rm-draftrow__what')
    what.append(element('p', item.initials ? `${item.title}, ${item.initials}` : item.title, 'rm-draftrow__title'))
    what.append(element('p', item.state === 'person' ? word('Written {when}. It arrived and could not be saved: it needs a person.', { when: clock(item.made) }) : word('Written {when}. Waiting.', { when: clock(item.made) }), 'rm-small'))
    for (const reason of item.reasons ?? []) what.append(element('p', reason, 'rm-small'))
    row.append(what)
    return row
  }))
}

function show(items: Item[], hidden: number): void {
  const waiting = items.filter((i) => i.state === 'waiting').length
  const link = document.querySelector<HTMLElement>('[data-waiting]')
  if (link && (waiting || link.dataset.shown)) {
    link.dataset.shown = 'yes'
    link.hidden = waiting === 0
    link.replaceChildren(`${word('Waiting to be sent')} `, element('span', String(waiting), 'rm-unfinished__count'))
  }
  list(items, hidden)
  const unsent = new Map<string, number>()
  for (const item of items) if (item.state === 'waiting') unsent.set(item.who ?? 'a colleague', (unsent.get(item.who ?? 'a colleague') ?? 0) + 1)
  const told = document.querySelector<HTMLElement>('[data-unsent]')
  if (told) {
    told.hidden = unsent.size === 0
    told.textContent = `Kept on this device and not sent yet: ${[...unsent].map(([name, n]) => `${n} by ${name}`).join(', ')}. What does not go by itself goes when its writer signs in.`
  }
  const here = items.filter((i) => i.person && (location.pathname === i.person || location.pathname.startsWith(`${i.person}/`)))
  document.querySelector('[data-waiting-here]')?.remove()
  if (!here.length || document.querySelector('form[data-outbox]')) return
  const box = element('div', '', 'rm-notice rm-notice--draft')
  box.dataset.waitingHere = ''
  box.append(element('p', word('Kept on this device and not in the record yet: {entries}.', { entries: here.map((i) => `${i.title}, ${clock(i.made)}`).join('; ') })))
  document.getElementById('maincontent')?.prepend(box)
}

function told(event: MessageEvent): void {
  const data = event.data as { outbox?: Item[]; hidden?: number; behind?: number; lost?: string }
  if (data.lost) {
    window.dispatchEvent(new Event('pageshow')) // what keeps drafts goes on
    notice('error', word('This was not kept.'), word('There is no network, and {why}. Do not close this page. Write down on paper what matters.', { why: data.lost }))
  }
  if (data.behind !== undefined) localStorage.setItem('rosemary-behind', String(data.behind))
  if (data.outbox) show(data.outbox, data.hidden ?? 0)
}

const wake = (): void => worker()?.postMessage({ do: 'wake' })

// nameWriter says beside the buttons of a kept form in whose name it is kept.
function nameWriter(form: HTMLFormElement, name: string): void {
  const line = element('p', `${word('Kept in the name of {name}.', { name })} `, 'rm-small')
  const other = element('a', word('Not you?')) as HTMLAnchorElement
  other.href = '/sign-in?me=now'
  line.append(other);
  (form.querySelector('.rm-confirm, .rm-actions') ?? form.lastElementChild)?.before(line)
}

// inTime holds a sign-in back until the service worker is there, which makes it possible to be let in again without a network; not for long.
function inTime(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement
  if (worker() || form.getAttribute('action') !== '/sign-in' || form.dataset.held) return
  event.preventDefault()
  form.dataset.held = 'yes'
  const go = (): void => { if (form.dataset.held === 'yes') { form.dataset.held = 'gone'; form.submit() } }
  navigator.serviceWorker.addEventListener('controllerchange', go)
  window.setTimeout(go, 2000)
}

export function keepWork(root: Document): void {
  if (!('serviceWorker' in navigator)) return
  const manifest = root.querySelector('link[rel=manifest]')
  if (!manifest) return
  root.addEventListener('submit', mark)
  root.addEventListener('submit', inTime)
  const kept = root.querySelector<HTMLElement>('[data-kept]')
  if (kept) {
    for (const form of root.querySelectorAll<HTMLFormElement>('form[data-outbox]')) {
      freshIds(form)
      nameWriter(form, kept.dataset.kept ?? '')
    }
  }
  navigator.serviceWorker.addEventListener('message', told)
  navigator.serviceWorker.addEventListener('controllerchange', wake)
  void navigator.serviceWorker.register('/sw.js').catch(() => undefined)
  navigator.serviceWorker.startMessages()
  const just = new URLSearchParams(location.search).get('kept')
  if (just) {
    void navigator.storage?.persist?.()
    notice('draft', 'Kept on this device, waiting.', `${just === 'yes' ? 'It' : just} goes into the record by itself when there is a network.`)
  }
  wake()
  worker()?.postMessage({ do: 'report' })
  window.addEventListener('online', wake)
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') wake() })
  window.setInterval(wake, 30e3)
}
