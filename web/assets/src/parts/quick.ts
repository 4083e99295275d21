// The buttons Today, Now and Me fill in their answer without a journey to the server, which does the same where no script runs.

const two = (n: number): string => String(n).padStart(2, '0')

// behind is by how many milliseconds the device's clock was behind when it was last in touch.
const behind = (): number => Number(localStorage.getItem('rosemary-behind') ?? 0) || 0

// Local time of the record, whatever the device thinks where it is.
function here(): { day: string; month: string; year: string; clock: string } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/London', day: 'numeric', month: 'numeric', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  }).formatToParts(new Date(Date.now() + behind()))
  const part = (type: string): string => parts.find((p) => p.type === type)?.value ?? ''
  return { day: String(Number(part('day'))), month: String(Number(part('month'))), year: part('year'), clock: `${two(Number(part('hour')))}:${part('minute')}` }
}

function put(form: HTMLFormElement, name: string, value: string): HTMLElement | null {
  const field = form.elements.namedItem(name)
  if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) return null
  field.value = value
  field.dispatchEvent(new Event('input', { bubbles: true }))
  return field
}

// fill does what the button says, and reports whether it could. In the hour that the clocks repeat it leaves it to the server, which knows which of the two it is.
function fill(form: HTMLFormElement, action: string, name: string): boolean {
  const now = here()
  const dated = form.elements.namedItem(`${name}_day`) !== null
  if (dated) {
    put(form, `${name}_day`, now.day)
    put(form, `${name}_month`, now.month)
    put(form, `${name}_year`, now.year)
  }
  switch (action) {
    case 'today':
      return dated
    case 'now': {
      const tomorrow = new Date(Date.now() + 3600e3)
      const yesterday = new Date(Date.now() - 3600e3)
      const offset = (d: Date): string => new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', timeZoneName: 'longOffset' }).format(d).slice(-9)
      if (offset(tomorrow) !== offset(yesterday)) return false
      return put(form, dated ? `${name}_time` : name, now.clock) !== null
    }
  }
  return false
}

export function quickAnswers(root: Document): void {
  root.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>('button[data-fill]') : null
    if (!button?.form) return
    const [action = '', name = ''] = button.value.split(':')
    if (fill(button.form, action, name)) event.preventDefault()
  })
}
