// What goes on by itself is looked at again: a part of a page that says so is fetched anew while the page is seen, and when it has come to its end the page is opened anew,
// unless somebody is writing on it. What begins with a form (data-after) is looked at elsewhere (data-from) from when that is sent until it has ended, and the page stays.
export function lookAgain(root: Document): void {
  const part = root.querySelector<HTMLElement>('[data-again]')
  if (part === null || part.id === '') return
  const pause = Number(part.dataset.again) * 1000
  const later = (): void => {
    window.setTimeout(() => void look(part, later), pause)
  }
  if (part.dataset.after === undefined) later()
  else root.getElementById(part.dataset.after)?.addEventListener('submit', later)
}

async function look(part: HTMLElement, later: () => void): Promise<void> {
  if (document.visibilityState !== 'visible') {
    later()
    return
  }
  try {
    const reply = await fetch(part.dataset.from ?? window.location.href, { headers: { Accept: 'text/html' } })
    const page = new DOMParser().parseFromString(await reply.text(), 'text/html')
    const fresh = page.getElementById(part.id)
    if (reply.ok && fresh !== null) {
      const ended = fresh.dataset.again === undefined
      if (ended && part.dataset.from === undefined && !written()) {
        window.location.reload()
        return
      }
      if (fresh.innerHTML !== part.innerHTML) part.innerHTML = fresh.innerHTML
      if (ended && part.dataset.from !== undefined) return
    }
  } catch {
    // no network at this moment: what stands here stays
  }
  later()
}

function written(): boolean {
  return [...document.querySelectorAll('textarea')].some((t) => t.value !== t.defaultValue)
}
