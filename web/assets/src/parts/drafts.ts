// What somebody types into a form is kept as a draft while they type: a moment after the last key, and when they leave the page. Where no script runs, the
// form's own buttons keep it.

import { word } from './words'

interface Reply { revision?: number; kept?: string; problem?: string; conflict?: boolean; gone?: boolean; device?: string }

const pause = 1500 // milliseconds after the last key

class Keeper {
  private changed = false // since the last sending
  private sending = false
  private failed = false
  private over = false // the form's own buttons have taken it from here
  private timer = 0

  constructor(private readonly form: HTMLFormElement, private readonly status: HTMLElement) {
    form.addEventListener('input', () => this.typed())
    form.addEventListener('change', () => this.typed())
    form.addEventListener('submit', () => { this.over = true })
    window.addEventListener('pageshow', () => { this.over = false })
    window.addEventListener('pagehide', () => this.leave())
    document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') this.leave() })
    window.addEventListener('beforeunload', (event) => { if (this.failed && this.changed && !this.over) event.preventDefault() })
  }

  private typed(): void {
    this.changed = true
    window.clearTimeout(this.timer)
    this.timer = window.setTimeout(() => void this.send(), pause)
  }

  private leave(): void {
    window.clearTimeout(this.timer)
    if (!this.changed || this.over) return
    const body = this.body()
    this.changed = false
    // What is sent while the page goes has no answer; the server knows this window's late sendings by their order.
    if (!navigator.sendBeacon(this.form.action, body)) void this.post(body, true).catch(() => { this.changed = true })
  }

  private field(name: string): HTMLInputElement | null {
    const field = this.form.elements.namedItem(name)
    return field instanceof HTMLInputElement ? field : null
  }

  private body(): URLSearchParams {
    const tick = this.field('tick')
    if (tick) tick.value = String(Number(tick.value || '0') + 1)
    const body = new URLSearchParams()
    for (const [name, value] of new FormData(this.form)) if (typeof value === 'string') body.append(name, value)
    body.set('act', 'autosave')
    return body
  }

  private post(body: URLSearchParams, keepalive: boolean): Promise<Response> {
    return fetch(this.form.action, { method: 'POST', body, keepalive, redirect: 'manual', headers: { Accept: 'application/json', 'Rosemary-Draft': encodeURIComponent(document.querySelector('h1')?.textContent?.trim().replace(/^[^:]{1,40}: /, '') ?? '') } })
  }

  private async send(): Promise<void> {
    if (this.sending || this.over || !this.changed) return
    this.sending = true
    this.changed = false
    try {
      const response = await this.post(this.body(), false)
      if (!(response.headers.get('Content-Type') ?? '').startsWith('application/json')) {
        this.trouble(response.status === 401 ? 'You have been signed out. Press Save: you are asked for your password, and nothing that you typed is lost.'
          : 'Your draft is not saved just now. Rosemary tries again as you type.')
      } else {
        this.answered(await response.json() as Reply)
      }
    } catch {
      this.trouble(word('There is no connection. Your draft is not saved. Keep this page open.'))
      this.timer = window.setTimeout(() => void this.send(), 10 * pause)
    } finally {
      this.sending = false
    }
    if (this.changed && !this.failed) this.timer = window.setTimeout(() => void this.send(), pause)
  }

  private answered(reply: Reply): void {
    const revision = this.field('draft')
    if (reply.revision && revision) {
      revision.value = String(reply.revision)
      this.failed = false
      this.say(word('Draft saved at {time}', { time: reply.kept ?? '' }), false)
    } else if (reply.device) {
      this.failed = false
      this.say(word('No network. Kept on this device at {time}. It goes to Rosemary by itself.', { time: reply.device }), false)
    } else if (reply.conflict) {
      this.trouble(`${reply.problem ?? ''} `)
      this.offerBoth()
    } else if (!reply.gone) {
      this.trouble(reply.problem ?? word('Your draft is not saved just now.'))
    }
  }

  private trouble(words: string): void {
    this.failed = true
    this.changed = true
    this.say(words, true)
  }

  private say(words: string, wrong: boolean): void {
    this.status.classList.toggle('rm-draft--wrong', wrong)
    if (this.status.textContent !== words) this.status.textContent = words
  }

  // The server lays the two sides beside each other.
  private offerBoth(): void {
    const button = document.createElement('button')
    button.type = 'submit'
    button.name = 'act'
    button.value = 'keep'
    button.className = 'rm-linkbutton'
    button.textContent = word('Look at both')
    this.status.append(button)
  }
}

export function keepDrafts(root: Document): void {
  const form = root.querySelector<HTMLFormElement>('form[data-draft]')
  const status = form?.querySelector<HTMLElement>('[data-draft-status]')
  if (form && status) new Keeper(form, status)
}
