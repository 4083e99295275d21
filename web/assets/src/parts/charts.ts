// A chart of a month is wider than a phone: it opens at what was written last, not at the first of the month.
export function showLatest(page: Document): void {
  for (const box of page.querySelectorAll<HTMLElement>('.rm-mar__scroll')) {
    const last = [...box.querySelectorAll('tr:first-child td a')].pop()
    if (last) box.scrollLeft += last.getBoundingClientRect().right - box.getBoundingClientRect().right + 8
  }
}
