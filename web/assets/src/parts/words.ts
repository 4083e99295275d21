let own: Record<string, string> | undefined

/** Words a sentence in the language of the page, with each {name} replaced by its value; in English where the page brings no other words. web/scriptwords.go lists the sentences. */
export function word(english: string, values: Record<string, string | number> = {}): string {
  own ??= JSON.parse(document.body.dataset.words ?? '{}') as Record<string, string>
  return (own[english] ?? english).replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all))
}
