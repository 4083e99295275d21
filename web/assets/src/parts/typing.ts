// Whoever has typed into a form whose answers are not kept as a draft and is about to leave it by another way than its buttons is asked first.

export function guardTyping(root: Document): void {
  const form = root.querySelector<HTMLFormElement>('form#form:not([data-draft])')
  if (!form) return
  let typed = root.querySelector('.nhsuk-error-summary') !== null // it was refused, so nothing of it is saved yet
  form.addEventListener('input', () => { typed = true })
  form.addEventListener('submit', () => { typed = false })
  window.addEventListener('beforeunload', (event) => {
    if (typed) event.preventDefault()
  })
}
